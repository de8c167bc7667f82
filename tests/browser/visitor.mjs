// A visitor with a browser of their own before a fake agent of their own; whatever the page should not do fails the test:
// errors in the console, requests to others, blocked by the policy.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { launch } from './browser.mjs';
import { call, demo, startFakeAgent, workshop } from './fake_agent.mjs';
import { ahead, setClockAhead } from './today.mjs';

export { focused, until } from './waiting.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

export const desktop = { width: 1280, height: 800 };

export async function newPage(agent, options = {}, problems = []) {
    const context = await browser.newContext({ viewport: desktop, locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(20000);
    await context.addInitScript(setClockAhead, ahead);
    const page = await context.newPage();
    page.on('pageerror', error => problems.push(`error: ${error.message}`));
    page.on('console', message => {
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) problems.push(`console: ${message.text()}`);
    });
    page.on('request', request => {
        const { origin, protocol } = new URL(request.url());
        const own = [agent.origin, ...agent.state.allowOrigins ?? []];
        if (!own.includes(origin) && protocol !== 'blob:' && protocol !== 'data:') problems.push(`request to ${request.url()}`);
    });
    return page;
}

/** A test: gets {page, agent, another}, where another() is one more visitor's page. start(options): the fake agent. */
export const visitWith = start => (run, { browserOptions, tolerated = /^$/, ...agentOptions } = {}) => {
    return async () => {
        const agent = await start(agentOptions);
        const problems = [], pages = [];
        const another = async options => {
            const page = await newPage(agent, { ...browserOptions, ...options }, problems);
            pages.push(page);
            return page;
        };
        try {
            await run({ page: await another(), agent, another });
            assert.deepEqual([...problems, ...agent.state.problems ?? []].filter(problem => !tolerated.test(problem)), []);
        } finally {
            for (const page of pages) await page.context().close();
            await agent.stop();
        }
    };
};

export const visit = visitWith(options => startFakeAgent({ types: [demo, call, workshop], ...options }));
