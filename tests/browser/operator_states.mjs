// How to bring the operators' page into each of its states: name -> {agent: its options, reach(page, agent)}. Used by the
// tests of accessibility and by screenshots.
import { allWrong, bodyOf, connectorOf, deadItem, emptyRates, hostileName, hour, itemOf, letterOf, minute, someItems, someLetters } from './operator_data.mjs';

export async function open(page, agent, path = '/') {
    await page.goto(agent.origin + path);
    await page.locator('html[data-ready=true][data-connection=live]').waitFor();
    await page.locator('#timeline .rows:not([aria-busy])').waitFor({ state: 'attached' });
}

export const shown = (page, name) => page.locator(`[data-id="${name}"]`);
export const group = (page, text) => page.locator('.group', { hasText: text });
export const press = (scope, name) => scope.getByRole('button', { name, exact: typeof name === 'string' }).click();

export async function showLetters(page) {
    await page.locator('#dead').getByRole('button', { name: 'Show', exact: true }).last().click();
    await page.locator('.letter').first().waitFor();
}

export async function inspect(page, at = 0) {
    await showLetters(page);
    await page.locator('.letter').nth(at).getByRole('button', { name: 'Inspect' }).click();
    await page.locator('.sheet h3').first().waitFor();
}

export const ill = (n = 21) => {
    const now = Date.now();
    return {
        connectors: [connectorOf('sales', now, {
            verdict: 'degraded', since_ms: now - 50 * minute, sentence: `${n} deliveries could not be synced since 02:13; look at the reasons, mend them and replay.`,
            problems: [{ id: 'redis.dead', severity: 'warn', sentence: `${n} deliveries could not be synced.`, since_ms: now - 50 * minute, waits: null, fix: { text: 'Look at the reasons below, mend them, and replay.', action: 'replay', command: 'calendly-brevo dead list' } }],
            dead_letters: { count: n, since_ms: now - 50 * minute }, backlog: { entries: 7, oldest_ms: now - 20 * minute, in_flight: 2 },
        })],
        items: { sales: [deadItem(now), ...someItems(12, now - 10000)] }, letters: { sales: someLetters(n, now) },
    };
};

export const several = () => {
    const now = Date.now();
    return {
        connectors: [connectorOf('marketing', now), allWrong('sales', now), connectorOf('support', now, { verdict: 'degraded', sentence: 'Brevo rests until 14:00: its limit of 100 calls an hour is reached.', brevo: { state: 'resting', reason: 'The limit of 100 calls an hour is reached.', since_ms: now - minute } })],
        items: { sales: someItems(10, now - 3 * hour), marketing: someItems(60, now), support: [] }, letters: { sales: someLetters(21, now) },
    };
};

export const empty = () => {
    const now = Date.now();
    return { items: { sales: [] }, connectors: [connectorOf('sales', now, { since_ms: now - 3000, last: { received_ms: null, synced_ms: null }, rates: emptyRates(now), subscription: { state: 'unknown', reason: null, since_ms: null, checked_ms: null } })] };
};

export const hostile = () => {
    const now = Date.now();
    return {
        ...ill(), items: { sales: [itemOf(now - 1000, { person: `${hostileName}@example.com`, event: hostileName, outcome: 'dead', reason: hostileName, invitee: hostileName })] },
        letters: { sales: [letterOf(now - 1000, { person: `${hostileName}@example.com`, event: hostileName, reason: hostileName.slice(0, 400), response: hostileName, body: bodyOf('eve@example.com', hostileName) })] },
    };
};

const at = async (page, selector) => page.locator(selector).scrollIntoViewIfNeeded();

export const states = {
    well: { reach: open },
    empty: { agent: empty, reach: open },
    noConnector: { agent: () => ({ connectors: [] }), reach: async (page, agent) => {
        await page.goto(agent.origin);
        await page.getByRole('heading', { name: 'No connector is configured' }).waitFor();
    } },
    signIn: { agent: () => ({ token: 'secret' }), reach: async (page, agent) => {
        await page.goto(agent.origin);
        await page.getByLabel('Token').waitFor();
    } },
    wrongToken: { agent: () => ({ token: 'secret' }), reach: async (page, agent) => {
        await page.goto(agent.origin);
        await page.getByLabel('Token').fill('guess');
        await press(page, 'Sign in');
        await page.getByText('it is another one').waitFor();
    } },
    sessionEnded: { agent: () => ({ token: 'secret' }), reach: async (page, agent) => {
        await page.goto(agent.origin);
        await page.getByLabel('Token').fill('secret');
        await press(page, 'Sign in');
        await page.locator('html[data-connection=live]').waitFor();
        agent.endSessions();
        await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    } },
    noAnswer: { reach: async (page, agent) => {
        agent.fault('/status', { cut: true });
        await page.goto(agent.origin);
        await page.getByRole('heading', { name: 'The agent does not answer' }).waitFor();
    } },
    refusedHost: { reach: async (page, agent) => {
        agent.fault('/status', { answer: [421, { error: { code: 'foreign_host', field: 'Host', message: 'Host: it is ops.example.com, and 127.0.0.1:9090 or localhost is accepted. Behind a proxy, set admin.public_url or admin.hosts.' } }] });
        await page.goto(agent.origin);
        await page.getByRole('heading', { name: 'The agent refused' }).waitFor();
    } },
    ill: { agent: ill, reach: open },
    allWrong: { agent: several, reach: (page, agent) => open(page, agent, '/?connector=sales') },
    otherConnector: { agent: several, reach: (page, agent) => open(page, agent, '/?connector=support') },
    broken: { agent: ill, reach: async (page, agent) => {
        await open(page, agent);
        await agent.down();
        await page.getByText('No connection to the agent').waitFor();
    } },
    gap: { reach: async (page, agent) => {
        await open(page, agent);
        const now = Date.now();
        agent.happen('sales', itemOf(now));
        await shown(page, `${now}-0`).waitFor();
        agent.forgetNews();
        agent.cutLive();
        await page.getByText('Entries between then and now').waitFor();
        await at(page, '#timeline');
    } },
    steps: { agent: ill, reach: async (page, agent) => {
        await open(page, agent);
        await page.locator('.row-main').nth(0).click();
        await page.locator('.row-main').nth(1).click();
    } },
    filteredNone: { reach: async (page, agent) => {
        await open(page, agent);
        await page.getByLabel('E-mail, in full').fill('nobody@example.com');
        await press(page.locator('#timeline'), 'Show');
        await page.getByText('Nothing of this kind').waitFor();
    } },
    letters: { agent: ill, reach: async (page, agent) => {
        await open(page, agent);
        await showLetters(page);
        await page.locator('.letter input').nth(1).check();
        await page.locator('.letter input').nth(2).check();
    } },
    inspect: { agent: ill, reach: async (page, agent) => { await open(page, agent); await inspect(page, 1); } },
    inspectBytes: { agent: () => ({ ...ill(), letters: { sales: [letterOf(Date.now(), { person: null, event: null, body: Buffer.from([...Array(6000).keys()].map(n => n * 7 % 256)) })] } }), reach: async (page, agent) => {
        await open(page, agent);
        await page.getByLabel('Show personal data').check();
        await inspect(page);
        await page.getByText('Bytes that are no text').waitFor();
    } },
    askReplay: { agent: ill, reach: async (page, agent) => {
        await open(page, agent);
        await press(group(page, 'Invalid phone'), /Replay all/);
        await page.locator('dialog.ask').waitFor();
    } },
    countChanged: { agent: ill, reach: async (page, agent) => {
        await open(page, agent);
        await press(group(page, 'Invalid phone'), 'Discard…');
        await page.locator('dialog.ask').waitFor();
        agent.state.letters.sales.unshift(letterOf(Date.now()));
        await press(page.locator('dialog.ask'), /^Save and discard/);
        await page.getByText('Nothing was done').waitFor();
    } },
    askPause: { reach: async (page, agent) => {
        await open(page, agent);
        await press(page, 'Pause…');
        await press(page.locator('dialog.ask'), 'Pause');
        await page.getByText('Say why').waitFor();
    } },
    paused: { reach: async (page, agent) => {
        await open(page, agent);
        await press(page, 'Pause…');
        await page.locator('dialog.ask input').fill('Brevo asks us to wait, until ten');
        await press(page.locator('dialog.ask'), 'Pause');
        agent.tellVerdict();
        await page.locator('#now').getByRole('button', { name: 'Resume' }).first().waitFor();
    } },
    refusedOrigin: { agent: ill, reach: async (page, agent) => {
        await open(page, agent);
        agent.state.foreignOrigin = true;
        await press(page, 'Reconcile now');
        await page.getByText('That was not done').waitFor();
    } },
    hostile: { agent: hostile, reach: async (page, agent) => {
        await open(page, agent);
        await page.getByLabel('Show personal data').check();
        await page.locator('.row-main').first().click();
        await showLetters(page);
    } },
    hostileLetter: { agent: hostile, reach: async (page, agent) => {
        await open(page, agent);
        await page.getByLabel('Show personal data').check();
        await inspect(page);
    } },
};
