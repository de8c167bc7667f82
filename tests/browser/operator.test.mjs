// What an operator does on the page, each for real: sees what is wrong, looks for a booking, inspects, replays, discards,
// pauses, repairs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allWrong, bodyOf, connectorOf, hour, itemOf, letterOf, someItems, someLetters } from './operator_data.mjs';
import { group, ill, inspect, open, press, several, showLetters, shown } from './operator_states.mjs';
import { focused, saved, until, visit } from './operator_visitor.mjs';

const posts = agent => agent.state.calls.filter(call => call.method === 'POST' && call.path !== '/session');
const answer = (page, id) => page.locator(`[data-answer=${id}]`);
const notice = (page, text) => page.locator('.notices').getByText(text).waitFor();
const dialog = page => page.locator('dialog.ask');
const rows = page => page.locator('.row').evaluateAll(all => all.map(row => row.dataset.id));

test('without a token it signs in by itself; one look answers', visit(async ({ page, agent }) => {
    await open(page, agent);
    assert.deepEqual(agent.calls('/session').map(call => [call.body, call.status]), [[{}, 200]]);
    assert.match(await page.title(), /^✓ sales: healthy/);
    await page.getByText('Bookings arrive and reach Brevo.').first().waitFor();
    for (const [id, words] of [['arrive', /Yes.*The last arrived 1\d s ago/], ['reach', /Yes/], ['waits', /Nothing/], ['parked', /Nothing/], ['subscription', /Yes.*Looked at 2 min ago/], ['dead', /Nothing/]])
        assert.match(await answer(page, id).innerText().then(text => text.replace(/\s+/g, ' ')), words, id);
    const cookies = await page.context().cookies();
    assert.deepEqual(cookies.map(cookie => [cookie.name, cookie.httpOnly, cookie.sameSite]), [['calendly_brevo_session', true, 'Strict']]);
    assert.ok(agent.state.bytes > 30000 && agent.state.bytes < 80000, `${agent.state.bytes} bytes`);
}));

test('with a token it asks for it, says when it is wrong, and lets in with the right one', visit(async ({ page, agent }) => {
    await page.goto(agent.origin);
    await page.getByLabel('Token').fill('guess');
    await press(page, 'Sign in');
    await page.getByText('token: it is another one.').waitFor();
    assert.equal(await focused(page), 'Token');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByLabel('Token').fill('secret');
    await page.keyboard.press('Enter');
    await page.locator('html[data-connection=live]').waitFor();
    await until('no question is left', async () => await page.locator('dialog').count() === 0);
    assert.ok(!page.url().includes('secret') && agent.state.calls.every(call => !JSON.stringify(call.query).includes('secret')));
}, { token: 'secret' }));

test('signed out, the next look asks for the token again', visit(async ({ page, agent }) => {
    await page.goto(agent.origin);
    await page.getByLabel('Token').fill('secret');
    await press(page, 'Sign in');
    await page.locator('html[data-connection=live]').waitFor();
    await press(page, 'Sign out');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.equal(agent.state.sessions.size, 0);
}, { token: 'secret' }));

test('everything wrong at once: each said, since when, what waits, and what mends it', visit(async ({ page, agent }) => {
    await open(page, agent, '/');
    assert.match(await page.title(), /^✗ sales: unhealthy/, 'the worst of several is shown first');
    await page.getByText('Bookings do not get through').waitFor();
    assert.equal(await page.locator('.problem').count(), 6);
    const first = shown(page, 'calendly.subscription'), text = (await first.innerText()).replace(/\s+/g, ' ');
    assert.match(text, /Calendly has disabled the subscription.*Since .*\(3 h ago\).*Make a new one.*Repair the subscription.*calendly-brevo webhooks repair/);
    assert.match((await shown(page, 'agent.parked').innerText()).replace(/\s+/g, ' '), /1,240 bookings wait/);
    for (const [id, words] of [['arrive', /No: the subscription is disabled/], ['reach', /No: paused/], ['waits', /1,240 deliveries.*oldest for 2 h 50 min/s], ['parked', /Brevo.*401/s], ['subscription', /disabled/], ['dead', /21 dead letters/]])
        assert.match(await answer(page, id).innerText(), words, id);
}, several()));

test('the buttons beside a problem mend it', visit(async ({ page, agent }) => {
    await open(page, agent, '/?connector=sales');
    await press(shown(page, 'calendly.subscription'), /Repair/);
    await press(dialog(page), 'Repair');
    await notice(page, 'A new subscription was made. The old one was deleted. The subscription is as it should be.');
    await press(shown(page, 'agent.paused'), 'Resume');
    await notice(page, 'Resumed');
    await press(shown(page, 'agent.missed'), 'Reconcile now');
    await notice(page, 'The reconciliation has begun');
    await press(shown(page, 'redis.dead'), /Replay all dead letters/);
    await press(dialog(page), 'Replay 21');
    await notice(page, '21 dead letters were put back');
    assert.deepEqual(posts(agent).map(call => [call.path.replace('/connectors/sales/', ''), call.body]), [
        ['subscription/repair', {}], ['resume', {}], ['reconcile', {}], ['dead/replay', { filter: {}, expect: 21 }]]);
}, several()));

test('a second reconciliation is refused in the agent’s words', visit(async ({ page, agent }) => {
    await open(page, agent);
    await press(page, 'Reconcile now');
    await notice(page, 'has begun');
    await press(page, 'Reconcile now');
    await notice(page, 'That was not done: A reconciliation is under way already.');
}));

test('pause wants a reason, and is shown with it until somebody resumes', visit(async ({ page, agent }) => {
    await open(page, agent);
    await press(page, 'Pause…');
    await press(dialog(page), 'Pause');
    await page.getByText('Say why').waitFor();
    assert.equal(posts(agent).length, 0);
    await page.keyboard.type('Brevo asks us to wait');
    await page.keyboard.press('Enter');
    await notice(page, 'Paused');
    agent.tellVerdict();
    await page.getByText(/^Paused by .* since .*: Brevo asks us to wait/).waitFor();
    assert.match(await answer(page, 'reach').innerText(), /No: paused/);
    await page.locator('.tools').getByRole('button', { name: 'Resume' }).click();
    await notice(page, 'Resumed');
    agent.tellVerdict();
    await page.getByRole('button', { name: 'Pause…' }).waitFor();
}));

test('the timeline grows as it happens, and stands still while mouse or focus is in it', visit(async ({ page, agent }) => {
    await open(page, agent);
    await page.mouse.move(5, 5);
    const now = Date.now(), list = page.locator('#timeline .rows');
    agent.happen('sales', itemOf(now + 1));
    await shown(page, `${now + 1}-0`).waitFor();
    await list.scrollIntoViewIfNeeded();
    await page.evaluate(() => document.querySelector('#timeline').scrollIntoView());
    await page.locator('.row').nth(1).hover();
    await page.getByText('Held still while you are in it').waitFor();
    const before = await rows(page), box = await page.locator('.row').nth(1).boundingBox();
    for (let n = 2; n < 5; n++) agent.happen('sales', itemOf(now + n));
    await page.getByRole('button', { name: '3 new' }).waitFor();
    assert.deepEqual(await rows(page), before);
    assert.deepEqual(await page.locator('.row').nth(1).boundingBox(), box, 'nothing moved');
    await page.mouse.move(5, 5);
    await shown(page, `${now + 4}-0`).waitFor();
    assert.deepEqual((await rows(page)).slice(0, 5), [`${now + 4}-0`, `${now + 3}-0`, `${now + 2}-0`, `${now + 1}-0`, before[1]]);
    await page.locator('.row-main').nth(2).focus();
    agent.happen('sales', itemOf(now + 9));
    await page.getByRole('button', { name: '1 new' }).waitFor();
    assert.equal(await page.locator('.row').first().getAttribute('data-id'), `${now + 4}-0`);
    await press(page, '1 new');
    await until('the new one with the focus', async () => /calendly_booked/.test(await focused(page)));
    assert.equal(await page.locator('.row').first().getAttribute('data-id'), `${now + 9}-0`);
}));

test('read far down, the list does not move either', visit(async ({ page, agent }) => {
    await open(page, agent);
    await page.locator('.row').nth(30).scrollIntoViewIfNeeded();
    await page.getByText('Held still').waitFor({ state: 'attached' });
    const before = await page.locator('.row').nth(30).boundingBox();
    agent.happen('sales', itemOf(Date.now()));
    await page.getByRole('button', { name: '1 new', includeHidden: true }).waitFor({ state: 'attached' });
    assert.deepEqual(await page.locator('.row').nth(30).boundingBox(), before);
}));

test('a booking’s steps: links, contact, event, what was left out', visit(async ({ page, agent }) => {
    await open(page, agent);
    await page.locator('.row-main').first().click();
    const text = (await page.locator('.row-details').first().innerText()).replace(/\s+/g, ' ');
    assert.match(text, /HTTP 200 Calendly’s link followed 210 ms, 1 attempt HTTP 201 Contact written to Brevo 480 ms, 2 attempts without SMS HTTP 204 Event sent/);
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('.row-main').first().getAttribute('aria-expanded'), 'false');
}));

test('somebody’s bookings are found by e-mail and outcome, page after page, and news of them arrive', visit(async ({ page, agent }) => {
    const now = Date.now();
    agent.state.items.sales = someItems(120, now).map((item, at) => at % 2 ? { ...item, person: 'grace@example.com' } : item);
    await open(page, agent);
    assert.equal(await page.locator('.row').count(), 50);
    await page.getByLabel('E-mail, in full').fill('Grace@Example.com');
    await page.keyboard.press('Enter');
    await until('hers', async () => (await page.locator('.row-who').allInnerTexts()).every(text => text === 'g...@example.com'));
    assert.deepEqual(agent.calls('/timeline').at(-1).query, { person: 'Grace@Example.com' });
    await press(page, 'Older');
    await until('all of hers', async () => await page.locator('.row').count() === 60);
    assert.equal(await page.getByRole('button', { name: 'Older' }).count(), 0);
    agent.happen('sales', itemOf(now + 5, { person: 'somebody@example.com' }));
    agent.happen('sales', itemOf(now + 6, { person: 'grace@example.com' }));
    await page.mouse.move(5, 5);
    await page.evaluate(() => scrollTo(0, 0));
    await shown(page, `${now + 6}-0`).waitFor();
    assert.equal(await shown(page, `${now + 5}-0`).count(), 0);
    await page.getByLabel('Outcome').selectOption('dead');
    await page.getByText('Nothing of this kind').waitFor();
    await press(page, 'Clear');
    await until('everybody’s', async () => await page.locator('.row').count() === 50);
}));

test('masked until asked, and masked again', visit(async ({ page, agent }) => {
    await open(page, agent);
    await showLetters(page);
    const everything = () => page.evaluate(() => document.body.innerText);
    assert.doesNotMatch(await everything(), /visitor1@|person0@/);
    await page.getByLabel('Show personal data').check();
    await page.getByText('visitor1@example.com').first().waitFor();
    await page.getByText('person0@example.com').first().waitFor();
    agent.happen('sales', itemOf(Date.now(), { person: 'fresh@example.com' }));
    await page.getByText('fresh@example.com').waitFor();
    await page.getByLabel('Show personal data').uncheck();
    await until('masks', async () => !/visitor1@|person0@|fresh@/.test(await everything()));
}, ill()));

test('inspect: reason, answer, body; one is replayed without a question', visit(async ({ page, agent }) => {
    await open(page, agent);
    await inspect(page, 1);
    const sheet = page.locator('.sheet'), id = agent.state.letters.sales[1].id;
    await sheet.getByText('A later delivery of this booking was synced').waitFor();
    assert.match(await sheet.locator('pre').last().innerText(), /"email": "p\.\.\.@example\.com"/);
    assert.deepEqual(agent.calls(`/dead/${id}`)[0].query, {});
    await press(sheet, 'Replay it');
    await notice(page, '1 dead letter was put back');
    await sheet.waitFor({ state: 'detached' });
    assert.deepEqual(posts(agent).map(call => call.body), [{ ids: [id] }]);
    await until('the list without it', async () => await shown(page, id).count() === 0);
}, ill()));

test('looking does nothing', visit(async ({ page, agent }) => {
    await open(page, agent);
    await inspect(page, 0);
    await page.keyboard.press('Escape');
    await page.locator('.sheet').waitFor({ state: 'detached' });
    assert.equal(await focused(page), 'Inspect');
    assert.deepEqual([posts(agent).length, agent.state.letters.sales.length], [0, 21]);
}, ill()));

test('selected ones are replayed, and what is not there any more is said', visit(async ({ page, agent }) => {
    await open(page, agent);
    await showLetters(page);
    const ids = agent.state.letters.sales.slice(0, 3).map(letter => letter.id);
    for (let at = 0; at < 3; at++) await page.locator('.letter input').nth(at).check();
    agent.state.letters.sales.shift();
    await press(page, /Replay 3 selected/);
    await dialog(page).getByText('Replay 3 dead letters?').waitFor();
    await dialog(page).getByText('those that are selected').waitFor();
    assert.equal(posts(agent).length, 0, 'nothing before the yes');
    await press(dialog(page), 'Replay 3');
    await notice(page, '2 dead letters were put back into the queue. 1 was not there any more.');
    assert.deepEqual(posts(agent).map(call => call.body), [{ ids }]);
}, ill()));

test('all of a reason: the question states count and filter, and exactly these go', visit(async ({ page, agent }) => {
    await open(page, agent);
    await press(group(page, 'Invalid phone'), /Replay all 12/);
    await dialog(page).getByText('Replay 12 dead letters?').waitFor();
    await dialog(page).getByText('reason “Brevo refused the contact: Invalid phone number” and HTTP 400').waitFor();
    await press(dialog(page), 'Replay 12');
    await notice(page, '12 dead letters were put back');
    assert.deepEqual(posts(agent)[0].body, { filter: { reason: 'Brevo refused the contact: Invalid phone number', status: '400' }, expect: 12 });
    assert.equal(agent.state.letters.sales.length, 9);
    await until('the groups without it', async () => await page.locator('.group').count() === 3);
}, ill()));

test('all of the filter: what the list shows is what is acted on', visit(async ({ page, agent }) => {
    await open(page, agent);
    await page.getByLabel('Answer').selectOption('400');
    await page.getByLabel('Contains').fill('PERSON1');
    await page.keyboard.press('Enter');
    await page.locator('.letter').first().waitFor();
    const found = await page.locator('.letter').count();
    assert.ok(found > 2 && found < 18, String(found));
    await press(page, /Replay all of this filter/);
    await dialog(page).getByText(`Replay ${found} dead letters?`).waitFor();
    await dialog(page).getByText('HTTP 400 and containing “PERSON1”').waitFor();
    await press(dialog(page), `Replay ${found}`);
    await notice(page, `${found} dead letters were put back`);
    assert.deepEqual(posts(agent)[0].body, { filter: { status: '400', q: 'PERSON1' }, expect: found });
    assert.equal(agent.state.letters.sales.length, 21 - found);
}, ill()));

test('discard asks, saves all of it first, then removes', visit(async ({ page, agent }) => {
    await open(page, agent);
    await press(group(page, 'Invalid phone'), 'Discard…');
    await dialog(page).getByText('Discard 12 dead letters?').waitFor();
    const { name, content } = await saved(page, () => press(dialog(page), 'Save and discard 12'));
    assert.match(name, /^dead-sales-[\dT-]+\.json$/);
    const kept = JSON.parse(content);
    assert.equal(kept.length, 12);
    assert.deepEqual(JSON.parse(kept[0].body), JSON.parse(bodyOf('person0@example.com')), 'unmasked, whole');
    await notice(page, '12 dead letters were saved and discarded');
    assert.deepEqual(posts(agent).map(call => call.body.dry_run), [true, undefined]);
    assert.equal(agent.state.letters.sales.length, 9);
}, ill()));

test('too many to save: refused in words, with the command that can', visit(async ({ page, agent }) => {
    agent.state.letters.sales[0].bytes = Buffer.alloc(65 << 20);
    await open(page, agent);
    await press(group(page, 'Invalid phone'), 'Discard…');
    await press(dialog(page), /Save and discard/);
    await dialog(page).getByText('calendly-brevo dead discard --export FILE').waitFor();
    assert.equal(agent.state.letters.sales.length, 21);
}, ill()));

test('the count has changed: nothing is done, and asked anew with the count of now', visit(async ({ page, agent }) => {
    await open(page, agent);
    await press(group(page, 'Invalid phone'), /Replay all 12/);
    await dialog(page).waitFor();
    agent.state.letters.sales.unshift(letterOf(Date.now()), letterOf(Date.now() + 1));
    await press(dialog(page), 'Replay 12');
    await dialog(page).getByText('There are 14 now, not 12. Nothing was done.').waitFor();
    await dialog(page).getByText('Replay 14 dead letters?').waitFor();
    assert.equal(agent.state.letters.sales.length, 23);
    await press(dialog(page), 'Replay 14');
    await notice(page, '14 dead letters were put back');
    assert.equal(agent.state.letters.sales.length, 9);
}, ill()));

test('new dead letters: the groups count them, the list that is read stays and says so', visit(async ({ page, agent }) => {
    await open(page, agent);
    await showLetters(page);
    const now = Date.now();
    agent.state.letters.sales.unshift(letterOf(now));
    agent.tellVerdict();
    await group(page, 'Invalid phone').getByText('13', { exact: true }).waitFor();
    await page.getByText('There are others now.').waitFor();
    assert.equal(await shown(page, `${now}-0`).count(), 0);
    await press(page, 'Read the list anew');
    await shown(page, `${now}-0`).waitFor();
}, ill()));

test('several connectors: the switch shows each, and actions go to the one that is shown', visit(async ({ page, agent }) => {
    await open(page, agent);
    assert.deepEqual(await page.locator('#connector option').allInnerTexts(), ['sales: unhealthy', 'support: degraded', 'marketing: healthy']);
    await page.getByLabel('Connector').selectOption('marketing');
    await page.getByText('Bookings arrive and reach').first().waitFor();
    await until('its timeline', async () => await page.locator('.row').count() === 50);
    await page.getByText('None. Every delivery could be synced.').waitFor();
    assert.match(page.url(), /\?connector=marketing$/);
    agent.happen('sales', itemOf(Date.now() + 1));
    agent.happen('marketing', itemOf(Date.now() + 2));
    await until('its own news only', async () => (await rows(page)).length === 51);
    await press(page, 'Reconcile now');
    await notice(page, 'has begun');
    assert.equal(posts(agent).at(-1).path, '/connectors/marketing/reconcile');
    await page.reload();
    await page.locator('html[data-ready=true]').waitFor();
    assert.equal(await page.getByLabel('Connector').inputValue(), 'marketing');
}, several()));

test('by keyboard alone: to the dead letters, one inspected, replayed, back', visit(async ({ page, agent }) => {
    await open(page, agent);
    const tabTo = async wanted => {
        for (let presses = 0; presses < 60; presses++) {
            await page.keyboard.press('Tab');
            if (wanted.test(await focused(page))) return;
        }
        assert.fail(`${wanted} is not reached, but ${await focused(page)}`);
    };
    await tabTo(/^To what is now$/);
    await tabTo(/^Dead letters/);
    await page.keyboard.press('Enter');
    await tabTo(/^Show$/);
    await page.keyboard.press('Enter');
    await page.locator('.letter').first().waitFor();
    await tabTo(/^Inspect$/);
    await page.keyboard.press('Enter');
    await page.locator('.sheet h3').first().waitFor();
    await tabTo(/^Replay it$/);
    await page.keyboard.press('Enter');
    await notice(page, '1 dead letter was put back');
    await until('a focus that is somewhere', async () => await focused(page) !== 'body');
}, ill()));

test('charts say in words and as a table what they draw', visit(async ({ page, agent }) => {
    await open(page, agent);
    await page.locator('[data-chart=rate] canvas').waitFor();
    await page.getByText(/3\.4 arrive and 3\.2 reach Brevo a minute/).waitFor();
    await page.locator('[data-chart=calls] summary').click();
    await until('a row for each minute', async () => await page.locator('[data-chart=calls] tbody tr').count() === 60);
    // News that come meanwhile draw the chart anew, and a mouse that rests is not seen by it.
    await until('the minute under the mouse', async () => {
        await page.mouse.move(0, 0);
        await page.locator('[data-chart=age] .u-over').hover();
        return /^\d\d:\d\d: .*slowest of the minute$/.test(await page.locator('[data-chart=age] .figure-minute').innerText());
    });
}));

test('an empty system says so, and what it waits for', visit(async ({ page, agent }) => {
    await open(page, agent);
    await page.getByText('Nothing has happened yet.').waitFor();
    await page.getByText('None. Every delivery could be synced.').waitFor();
    assert.match(await answer(page, 'arrive').innerText(), /None yet.*none came since this agent began/s);
}, { items: { sales: [] }, connectors: [connectorOf('sales', Date.now() - 1, { last: { received_ms: null, synced_ms: null } })] }));

test('paused and disabled for hours: the sentence of the agent is shown whole', visit(async ({ page, agent }) => {
    const now = Date.now();
    agent.state.connectors = [allWrong('sales', now)];
    agent.state.letters.sales = someLetters(3, now - hour);
    await open(page, agent);
    await page.locator('.verdict').getByText(agent.state.connectors[0].sentence).waitFor();
    await page.getByText(/^unhealthy since .*\(3 h ago\)$/).waitFor();
}));
