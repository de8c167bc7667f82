// The operators' page before the real agent, on the sandbox's Calendly and Brevo: started by tests/e2e/page, which says in the
// environment where they are (OPERATOR_ORIGIN, SANDBOX_CONTROL, SANDBOX_CALENDLY), and has put three dead letters there: a
// body of 1 MB of big@example.com, one that is no JSON, one of bytes.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { launch } from './browser.mjs';
import { hostileName } from './operator_data.mjs';
import { group, open, press, shown } from './operator_states.mjs';
import { saved, until } from './waiting.mjs';

const { OPERATOR_ORIGIN: origin, SANDBOX_CONTROL: control, SANDBOX_CALENDLY: calendly } = process.env;
const bearer = { Authorization: 'Bearer secret' };
let browser, context;
before(async () => {
    browser = await launch();
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce' });
    context.setDefaultTimeout(20000);
});
after(() => browser.close());
beforeEach(() => fetch(`${control}/faults`, { method: 'DELETE' }));

const ask = async (path, body) => (await fetch(control + path, body && { method: 'POST', body: JSON.stringify(body) })).json();
const book = (email, name = 'Ada Lovelace') => ask('/book', { email, name });
const hasContact = async email => (await fetch(`${control}/contacts/${email}`)).status === 200;
const agentSays = async path => (await fetch(`${origin}/api/v1/${path}`, { headers: bearer })).json();
const letters = async (query = '') => (await agentSays(`connectors/calendly/dead${query}`)).items;
const connector = async () => (await agentSays('status')).connectors[0];
const notice = (page, text) => page.locator('.notices').getByText(text).first().waitFor();
const dialog = page => page.locator('dialog.ask');

/** Brevo refuses these in these words, and the agent gives them up. */
async function bury(emails, message, { name, status = 400 } = {}) {
    await ask('/faults', { api: 'brevo', match: { method: 'POST', path_prefix: '/contacts' }, times: -1, action: { status, body: { code: 'invalid_parameter', message } } });
    for (const email of emails) await book(email, name);
    await until('their letters', async () => (await Promise.all(emails.map(email => letters(`?q=${email}`)))).every(found => found.length === 1), 40000);
    await fetch(`${control}/faults`, { method: 'DELETE' });
}

function look(run) {
    return async () => {
        const page = await context.newPage(), problems = [];
        page.on('pageerror', error => problems.push(error.message));
        page.on('console', message => message.type() === 'error' && !/Failed to load resource/.test(message.text()) && problems.push(message.text()));
        page.on('request', request => request.url().startsWith(origin) || /^(blob|data):/.test(request.url()) || problems.push(request.url()));
        try {
            await run(page);
            assert.deepEqual(problems, []);
        } finally {
            await page.close();
        }
    };
}

/** The list with what contains this. */
async function find(page, q) {
    await page.getByLabel('Contains').fill(q);
    await page.keyboard.press('Enter');
    await page.locator('.bulk').getByText(`containing “${q}”`).waitFor();
    await page.locator('.letter').first().waitFor();
}

async function inspect(page, q) {
    await find(page, q);
    await page.locator('.letter').first().getByRole('button', { name: 'Inspect' }).click();
    await page.locator('.sheet h3').first().waitFor();
    return page.locator('.sheet');
}

test('signs in with the token; what happens is seen as it happens, masked', look(async page => {
    await page.goto(origin);
    await page.getByLabel('Token').fill('guess');
    await press(page, 'Sign in');
    await page.getByText('it is another one').waitFor();
    await page.getByLabel('Token').fill('secret');
    await press(page, 'Sign in');
    await page.locator('html[data-connection=live]').waitFor();
    const [cookie] = await context.cookies();
    assert.deepEqual([cookie.name, cookie.httpOnly, cookie.sameSite], ['calendly_brevo_session', true, 'Strict']);
    await book('ada@example.com');
    await page.locator('.row-who', { hasText: 'a...@example.com' }).first().waitFor();
    assert.ok(await hasContact('ada@example.com'));
    await page.getByText('deliveries could not be synced').first().waitFor();
}));

test('a hostile name is shown and does nothing', look(async page => {
    const name = hostileName.slice(0, 120);
    await bury(['eve@example.com'], name, { name });
    await open(page, { origin });
    await page.getByLabel('Show personal data').check();
    const sheet = await inspect(page, 'eve@example.com');
    await sheet.getByText('onerror=').first().waitFor();
    assert.equal(await page.locator('img[src=x]').count(), 0);
    assert.doesNotMatch(await page.title(), /owned/);
}));

test('a body of 1 MB is read in pieces and saved whole', look(async page => {
    await open(page, { origin });
    await page.getByLabel('Show personal data').check();
    const sheet = await inspect(page, 'big@example.com');
    const before = (await sheet.locator('pre').last().innerText()).length;
    await press(sheet, 'Show more');
    assert.ok((await sheet.locator('pre').last().innerText()).length > before);
    const { content } = await saved(page, () => press(sheet, 'Save the body'));
    assert.ok(content.length > 1 << 20, String(content.length));
    assert.match(content.toString('utf8', 0, 200), /big@example\.com/);
}));

test('bodies that are no JSON and no text are shown as what they are', look(async page => {
    await open(page, { origin });
    const sheet = await inspect(page, '<html>no JSON');
    await sheet.getByText('Text, no JSON').waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await inspect(page, 'bytes of a test');
    await sheet.getByText('cannot be masked in parts').waitFor();
    await page.keyboard.press('Escape');
    await page.getByLabel('Show personal data').check();
    await inspect(page, 'bytes of a test');
    await sheet.getByText('Bytes that are no text').waitFor();
    assert.match(await sheet.locator('pre').last().innerText(), /ff fe 00/);
}));

test('one is replayed and becomes a contact; one that cannot comes back and says so', look(async page => {
    await bury(['ann@example.com'], 'no such thing');
    await open(page, { origin });
    const sheet = await inspect(page, 'ann@example.com');
    await press(sheet, 'Replay it');
    await notice(page, '1 dead letter was put back');
    await until('her contact', () => hasContact('ann@example.com'));
    assert.equal((await letters('?q=ann@example.com')).length, 0);
    await find(page, '<html>no JSON');
    const old = await page.locator('.letter').first().getAttribute('data-id');
    await press(page.locator('.letter').first(), 'Replay');
    await notice(page, '1 dead letter was put back');
    await until('it to be back', async () => (await letters('?q=no%20JSON')).some(letter => letter.replays === 1 && letter.id !== old && letter.origin_id !== letter.id));
    await find(page, '<html>no JSON');
    await page.getByText('replayed once').waitFor();
}));

test('those that are selected are replayed; one that somebody else replayed meanwhile is said', look(async page => {
    const emails = ['s1@example.com', 's2@example.com', 's3@example.com'];
    await bury(emails, 'to be selected');
    await open(page, { origin });
    await find(page, 'to be selected');
    for (let at = 0; at < 2; at++) await page.locator('.letter input').nth(at).check();
    const [taken, stays] = await page.locator('.letter').evaluateAll(all => all.map(letter => letter.dataset.id));
    const replayed = await fetch(`${origin}/api/v1/connectors/calendly/dead/replay`, { method: 'POST', headers: { ...bearer, 'Content-Type': 'application/json' }, body: JSON.stringify({ ids: [taken] }) });
    assert.equal(replayed.status, 200);
    await press(page, /Replay 2 selected/);
    await press(dialog(page), 'Replay 2');
    await notice(page, '1 dead letter was put back into the queue. 1 was not there any more.');
    await until('two contacts', async () => (await Promise.all(emails.map(hasContact))).filter(Boolean).length === 2);
    assert.deepEqual((await letters('?q=to%20be%20selected')).map(letter => letter.id).includes(stays), false);
    assert.equal((await letters('?q=to%20be%20selected')).length, 1);
}));

test('all of a reason are replayed: exactly those', look(async page => {
    const emails = ['r1@example.com', 'r2@example.com', 'r3@example.com'];
    await bury(emails, 'the phone is wrong', { status: 422 });
    await bury(['other@example.com'], 'another thing');
    await open(page, { origin });
    await press(group(page, 'HTTP 422'), /Replay all 3/);
    await press(dialog(page), 'Replay 3');
    await notice(page, '3 dead letters were put back');
    for (const email of emails) await until(email, () => hasContact(email));
    await until('the groups without it', async () => await group(page, 'HTTP 422').count() === 0);
    assert.equal((await letters('?q=other@example.com')).length, 1);
}));

test('the count has changed meanwhile: nothing is done, and asked anew', look(async page => {
    await bury(['c1@example.com'], 'counted');
    await open(page, { origin });
    await find(page, 'counted');
    await press(page, 'Replay all of this filter…');
    await dialog(page).waitFor();
    await bury(['c2@example.com'], 'counted');
    await press(dialog(page), 'Replay 1');
    await dialog(page).getByText('There are 2 now, not 1. Nothing was done.').waitFor();
    assert.equal((await letters('?q=counted')).length, 2);
    await press(dialog(page), 'Replay 2');
    await notice(page, '2 dead letters were put back');
    for (const email of ['c1@example.com', 'c2@example.com']) await until(email, () => hasContact(email));
}));

test('discard saves all of it, unmasked, then removes', look(async page => {
    await bury(['d1@example.com', 'd2@example.com'], 'to be thrown away');
    await open(page, { origin });
    await find(page, 'to be thrown away');
    await press(page, 'Discard all of this filter…');
    const { name, content } = await saved(page, () => press(dialog(page), 'Save and discard 2'));
    assert.match(name, /^dead-calendly-[\dT-]+\.json$/);
    const kept = JSON.parse(content);
    assert.deepEqual(kept.map(letter => letter.person).sort(), ['d1@example.com', 'd2@example.com']);
    assert.equal(JSON.parse(kept[0].body).event, 'invitee.created');
    await notice(page, '2 dead letters were saved and discarded');
    assert.equal((await letters('?q=thrown')).length, 0);
    assert.ok(!await hasContact('d1@example.com'));
}));

test('pause: nothing is consumed, everybody sees why; resume: all of it is', look(async page => {
    await open(page, { origin });
    await press(page, 'Pause…');
    await page.keyboard.type('Brevo asks us to wait');
    await page.keyboard.press('Enter');
    await notice(page, 'Paused');
    await page.getByText(/^Paused by .* since .*: Brevo asks us to wait/).waitFor();
    await shown(page, 'agent.paused').waitFor();
    await until('the agent to obey', async () => (await connector()).paused.paused && (await fetch(`${origin}/readyz`)).status === 503);
    await book('late@example.com');
    await until('what waits', async () => (await connector()).backlog.entries >= 1);
    assert.ok(!await hasContact('late@example.com'));
    await press(shown(page, 'agent.paused'), 'Resume');
    await notice(page, 'Resumed');
    await until('the contact', () => hasContact('late@example.com'));
    await page.getByRole('button', { name: 'Pause…' }).waitFor();
}));

test('a disabled subscription is said and repaired', look(async page => {
    const { organization } = await ask('/health');
    const token = { Authorization: 'Bearer sandbox-token' };
    const listed = async () => (await (await fetch(`${calendly}/webhook_subscriptions?count=100&scope=organization&organization=${organization}`, { headers: token })).json()).collection;
    await ask('/disable_subscription', { subscription: (await listed())[0].uri });
    await open(page, { origin });
    await press(shown(page, 'calendly.subscription'), /Repair/);
    await press(dialog(page), 'Repair');
    await page.locator('.notices').getByText('The subscription is as it should be.').waitFor({ timeout: 60000 });
    assert.deepEqual((await listed()).map(one => one.state), ['active']);
    await book('fresh@example.com');
    await until('the contact', () => hasContact('fresh@example.com'));
    await until('the page to be content', async () => await shown(page, 'calendly.subscription').count() === 0);
}));

test('a reconciliation is begun', look(async page => {
    await until('none under way', async () => (await connector()).history.entries === 0);
    await open(page, { origin });
    await press(page, 'Reconcile now');
    await page.locator('.notices').getByText(/has begun|is under way already/).waitFor();
}));

test('signed out, the session is worth nothing any more', look(async page => {
    await open(page, { origin });
    const [cookie] = await context.cookies();
    await press(page, 'Sign out');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.equal((await fetch(`${origin}/api/v1/status`, { headers: { Cookie: `${cookie.name}=${cookie.value}` } })).status, 401);
}));
