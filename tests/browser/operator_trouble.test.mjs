// What can go wrong around an operator: the connection, the session, a proxy in between; bodies and names that nobody expected.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostileName, itemOf, letterOf, someLetters } from './operator_data.mjs';
import { group, hostile, ill, inspect, open, press, showLetters, shown } from './operator_states.mjs';
import { saved, until, visit } from './operator_visitor.mjs';

const notice = (page, text) => page.locator('.notices').getByText(text).waitFor();
const dialog = page => page.locator('dialog.ask');
const body = page => page.locator('.sheet pre').last();
// How long something took counts only where nothing else runs: TIMED is set under --soak.
const withinTime = (what, took, most) => assert.ok(!process.env.TIMED || took < most, `${what} in ${took} ms, not ${most}`);
const withBody = (content, more) => ({ ...ill(), letters: { sales: [letterOf(Date.now(), { body: content, ...more })] } });

test('a connection that breaks is said, and what was missed arrives when it is back', visit(async ({ page, agent }) => {
    await open(page, agent);
    const now = Date.now();
    agent.happen('sales', itemOf(now));
    await shown(page, `${now}-0`).waitFor();
    await agent.down();
    await page.getByText('No connection to the agent').waitFor();
    assert.match(await page.title(), /^No connection/);
    await page.getByText('What you see is as it was then.').waitFor();
    agent.happen('sales', itemOf(now + 1));
    agent.happen('sales', itemOf(now + 2));
    await agent.up();
    // Unless it comes back by itself in this very moment.
    await Promise.race([press(page, 'Try now'), page.getByText('No connection to the agent').waitFor({ state: 'hidden' })]);
    await shown(page, `${now + 2}-0`).waitFor();
    await shown(page, `${now + 1}-0`).waitFor();
    assert.equal(await page.getByText('No connection').count(), 0);
    assert.equal(await page.getByText('Gap.').count(), 0);
    assert.equal(agent.calls('/live').at(-1).headers['last-event-id'], '1');
    assert.match(await page.title(), /^✓ sales/);
}));

test('cut again and again it comes back by itself', visit(async ({ page, agent }) => {
    await open(page, agent);
    for (let n = 1; n < 4; n++) {
        agent.cutLive();
        await until('the next connection', () => agent.state.listeners.size === 1 && agent.calls('/live').length > n);
        const at = Date.now();
        agent.happen('sales', itemOf(at));
        await shown(page, `${at}-0`).waitFor();
    }
}));

test('an agent that says nothing for 40 seconds counts as gone', visit(async ({ page, agent }) => {
    await page.clock.install();
    await open(page, agent);
    const gone = page.getByText('No connection to the agent');
    await page.clock.runFor(39000);
    assert.equal(await gone.count(), 0);
    // What the agent has said last may have come while the clock ran.
    await until('the page to miss it', async () => {
        await page.clock.runFor(200);
        return gone.isVisible();
    });
    await page.clock.runFor(1000);
    await until('the next try', () => agent.calls('/live').length === 2);
}));

test('what is not kept any more is told as a gap, and read anew on request', visit(async ({ page, agent }) => {
    await open(page, agent);
    const now = Date.now();
    agent.happen('sales', itemOf(now));
    await shown(page, `${now}-0`).waitFor();
    agent.forgetNews();
    agent.state.items.sales.unshift(itemOf(now + 1));
    agent.cutLive();
    await page.getByText('Entries between then and now are not kept any more.').waitFor();
    assert.equal(await shown(page, `${now + 1}-0`).count(), 0);
    await press(page, 'Read the list anew');
    await shown(page, `${now + 1}-0`).waitFor();
    assert.equal(await page.getByText('Gap.').count(), 0);
}));

test('news that cannot be read break nothing', visit(async ({ page, agent }) => {
    await open(page, agent);
    agent.tellRaw('event: verdict\ndata: {no json\n\nevent: unheard\ndata: {}\n\n: a comment\n\n');
    const now = Date.now();
    agent.happen('sales', itemOf(now));
    await shown(page, `${now}-0`).waitFor();
}));

test('the session ends in the middle: asked again, and the action that was wanted goes on', visit(async ({ page, agent }) => {
    await page.goto(agent.origin);
    await page.getByLabel('Token').fill('secret');
    await press(page, 'Sign in');
    await page.locator('.group').first().waitFor();
    await press(group(page, 'Invalid phone'), /Replay all 12/);
    await dialog(page).waitFor();
    agent.state.sessions.clear();
    await press(dialog(page), 'Replay 12');
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    assert.equal(agent.state.letters.sales.length, 21);
    await page.getByLabel('Token').fill('secret');
    await page.keyboard.press('Enter');
    await notice(page, '12 dead letters were put back');
    await until('no question is left', async () => await page.locator('dialog').count() === 0);
    agent.endSessions();
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    assert.equal(await page.locator('dialog').count(), 1, 'one question for all who wait');
    await page.getByLabel('Token').fill('secret');
    await page.keyboard.press('Enter');
    await page.locator('html[data-connection=live]').waitFor();
}, { ...ill(), token: 'secret' }));

test('without a token an ended session is not even noticed', visit(async ({ page, agent }) => {
    await open(page, agent);
    agent.state.sessions.clear();
    await press(page, 'Reconcile now');
    await notice(page, 'has begun');
    assert.equal(agent.calls('/session').length, 2);
}));

test('a refused Origin is said in the agent’s words, and nothing is done', visit(async ({ page, agent }) => {
    await open(page, agent);
    agent.state.foreignOrigin = true;
    await press(page, 'Reconcile now');
    await notice(page, /That was not done: Origin: it is http:\/\/127\.0\.0\.1:\d+, and https:\/\/ops\.example\.com is accepted\. Behind a proxy, set admin\.public_url\./);
    await press(group(page, 'Invalid phone'), /Replay all 12/);
    await press(dialog(page), 'Replay 12');
    await dialog(page).getByText(/Origin: it is/).waitFor();
    await press(dialog(page), 'Cancel');
    assert.equal(agent.state.letters.sales.length, 21);
}, ill()));

test('a refused Origin or Host at the start leaves no empty page', visit(async ({ page, agent }) => {
    agent.state.foreignOrigin = true;
    await page.goto(agent.origin);
    await page.getByText(/Origin: it is .*set admin\.public_url/).waitFor();
    agent.state.foreignOrigin = false;
    await press(page, 'Try again now');
    await page.locator('html[data-connection=live]').waitFor();
}));

test('a proxy’s page in place of an answer is not taken for one', visit(async ({ page, agent }) => {
    await open(page, agent);
    agent.fault('/reconcile', { answer: [502, '<html>Bad Gateway</html>'], isForeign: true });
    await press(page, 'Reconcile now');
    await notice(page, 'The agent answered 502, and not in its own words');
}));

test('Redis is down: lists say so and can be tried again, the rest of the page lives', visit(async ({ page, agent }) => {
    const down = { answer: [503, { error: { code: 'unavailable', message: 'Redis at 127.0.0.1:6379 does not answer: connection refused.' } }], times: 1 };
    agent.fault('/timeline', down);
    agent.fault('/groups', { ...down });
    await page.goto(agent.origin);
    await page.getByText('The timeline could not be read: Redis at 127.0.0.1:6379 does not answer').waitFor();
    await page.getByText('The dead letters could not be read').waitFor();
    await page.locator('#timeline').getByRole('button', { name: 'Try again' }).click();
    await page.locator('.row').first().waitFor();
    await page.locator('#dead').getByRole('button', { name: 'Try again' }).click();
    await group(page, 'Invalid phone').waitFor();
}, ill()));

test('a letter that is gone when it is looked at', visit(async ({ page, agent }) => {
    await open(page, agent);
    await showLetters(page);
    agent.state.letters.sales.shift();
    await page.locator('.letter').first().getByRole('button', { name: 'Inspect' }).click();
    await page.locator('.sheet').getByText('It could not be read: There is no dead letter').waitFor();
}, ill()));

test('a hostile name is text: no markup, no other order, no end of the page', visit(async ({ page, agent }) => {
    await open(page, agent);
    await page.getByLabel('Show personal data').check();
    await page.locator('.row-main').first().click();
    await inspect(page);
    await body(page).getByText('onerror').waitFor();
    assert.doesNotMatch(await page.title(), /owned/);
    assert.equal(await page.evaluate(() => document.querySelectorAll('#page img, dialog img, #page script, dialog script').length), 0);
    const text = await page.evaluate(() => document.body.innerText);
    assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069]/);
    assert.match(text, /\[U\+202E\]gnp\.exe/);
    assert.match(text, /\(10,\d{3} characters\)/);
    assert.ok(await page.locator('.row-who').first().innerText().then(who => who.length) < 200);
    const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(width <= 0, `${width} pixels too wide`);
    assert.ok(hostileName.length > 10000);
}, hostile()));

test('a body of 1 MB opens at once, is shown in pieces, and saved whole', visit(async ({ page, agent }) => {
    await open(page, agent);
    const before = Date.now();
    await inspect(page);
    withinTime('opened', Date.now() - before, 5000);
    await page.getByText('65.5 kB of').or(page.getByText('66 kB of')).waitFor();
    const first = (await body(page).textContent()).length;
    assert.ok(first <= 65536, String(first));
    await press(page.locator('.sheet'), 'Show more');
    assert.ok((await body(page).textContent()).length > first);
    const { content } = await saved(page, () => press(page.locator('.sheet'), 'Save the body'));
    assert.equal(content.length, agent.state.letters.sales[0].bytes.length);
}, withBody(JSON.stringify({ event: 'invitee.created', payload: { name: 'x'.repeat(1 << 20) } }))));

for (const [what, content, kind, expected] of [
    ['no JSON', '<html>502 Bad Gateway</html>', 'Text, no JSON', /^<html>502 Bad Gateway<\/html>$/],
    ['half of a JSON', '{"event":"invitee.created","payl', 'Text, no JSON', /"payl$/],
    ['not UTF-8', Buffer.from([0xff, 0xfe, 0, 0x41, 0x80, 0x0a]), 'Bytes that are no text', /^000000 {2}ff fe 00 41 80 0a {30,}\.\.\.A\.\.$/],
    ['signs that are not seen', 'a\0b\u202ec', 'Text, no JSON', /^a\[U\+0000\]b\[U\+202E\]c$/],
]) {
    test(`a body that is ${what} is shown as it is`, visit(async ({ page, agent }) => {
        await open(page, agent);
        await page.getByLabel('Show personal data').check();
        await inspect(page);
        await page.locator('.sheet').getByText(kind).waitFor();
        assert.match(await body(page).textContent(), expected);
        await press(page.locator('.sheet'), 'Close');
        await press(page.locator('.letter'), 'Replay');
        await notice(page, '1 dead letter was put back');
    }, withBody(content, { person: null, event: null })));
}

test('bytes are not shown masked, but on request', visit(async ({ page, agent }) => {
    await open(page, agent);
    await inspect(page);
    await page.getByText('What is no text cannot be masked in parts.').waitFor();
}, withBody(Buffer.from([0xff, 0xfe]))));

test('an empty body', visit(async ({ page, agent }) => {
    await open(page, agent);
    await inspect(page);
    await page.getByText('It is empty.').waitFor();
}, withBody('')));

test('100,000 dead letters: the first page is drawn within 200 ms, and all of a reason are replayed exactly', visit(async ({ page, agent }) => {
    await open(page, agent);
    await group(page, 'Invalid phone').waitFor();
    const drawn = await page.evaluate(() => new Promise(done => {
        const list = document.querySelector('.letters'), wait = new MutationObserver(() => {
            if (!list.querySelector('.letter')) return;
            wait.disconnect();
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - arrived), 0));
        });
        let arrived = 0;
        const json = Response.prototype.json;
        Response.prototype.json = async function() {
            const value = await json.call(this);
            if (/\/dead\?/.test(this.url)) arrived = performance.now();
            return value;
        };
        wait.observe(list, { childList: true });
        document.querySelector('.group .button').click();
    }));
    withinTime('drawn', drawn, 200);
    assert.equal(await page.locator('.letter').count(), 50);
    await press(page.locator('#dead'), 'Older');
    await until('the next page', async () => await page.locator('.letter').count() === 100);
    const all = agent.state.letters.sales.length, wanted = agent.state.letters.sales.filter(letter => /Invalid phone/.test(letter.reason)).length;
    await press(group(page, 'Invalid phone'), new RegExp(`Replay all ${wanted.toLocaleString('en-GB')}`));
    await press(dialog(page), `Replay ${wanted.toLocaleString('en-GB')}`);
    await notice(page, `${wanted.toLocaleString('en-GB')} dead letters were put back`);
    assert.equal(agent.state.letters.sales.length, all - wanted);
}, { ...ill(), letters: { sales: someLetters(100000, Date.now()) } }));

test('a bulk replay that is cut off is said, and goes on with what is left', visit(async ({ page, agent }) => {
    await open(page, agent);
    agent.fault('/replay', { cut: true }); // Chromium repeats it by itself on another connection
    await press(group(page, 'Invalid phone'), /Replay all 12/);
    await press(dialog(page), 'Replay 12');
    await dialog(page).getByText('The agent does not answer.').waitFor();
    agent.state.faults = [];
    agent.state.letters.sales = agent.state.letters.sales.slice(7); // seven had gone before
    const left = agent.state.letters.sales.filter(letter => /Invalid phone/.test(letter.reason)).length;
    await press(dialog(page), 'Replay 12');
    await dialog(page).getByText(`There are ${left} now, not 12.`).waitFor();
    await press(dialog(page), `Replay ${left}`);
    await notice(page, `${left} dead letters were put back`);
}, ill()));
