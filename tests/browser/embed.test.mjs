// In a frame of another site: as high as its content, without a scroll bar, without taking the focus, under a strict policy.
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { fill, typeId } from './states.mjs';
import { until, visit } from './visitor.mjs';

// A site of its own origin, with the policy of a careful operator; its script notes all messages.
async function startSite(body, policy) {
    const server = http.createServer((request, response) => {
        const [content, type] = request.url === '/captcha.js'
            ? ['let tries = 0; window.CalendlyBrevo = { captcha: async div => div.id === "here" && (++tries === 1 ? "robot" : "solved") };', 'text/javascript']
            : request.url === '/note.js'
            ? ['window.notes = []; addEventListener("message", ({ data, origin }) => window.notes.push({ data, origin })); window.events = []; addEventListener("calendly-brevo", ({ detail, target }) => window.events.push({ ...detail, on: target.id }));', 'text/javascript']
            : [`<!doctype html><html lang="en"><meta charset="utf-8"><title>Site</title><script src="/note.js"></script><body><h1>Site</h1><input id="mine" autofocus>${body()}</body></html>`, 'text/html'];
        response.writeHead(200, { 'Content-Type': type, ...request.url === '/note.js' ? {} : { 'Content-Security-Policy': policy() } }).end(content);
    });
    await new Promise(done => server.listen(0, '127.0.0.1', done));
    return {
        origin: `http://127.0.0.1:${server.address().port}`,
        stop: () => new Promise(done => {
            server.close(done);
            server.closeAllConnections();
        }),
    };
}

function embedded(body, run, { allow = true, allowScript = false, ...options } = {}) {
    return visit(async ({ page, agent }) => {
        const site = await startSite(() => body(agent), () => `default-src 'none'; script-src 'self' ${allowScript ? agent.origin : ''}; frame-src ${agent.origin}`);
        agent.state.minimumAge = 0;
        agent.state.allowOrigins = allow ? [site.origin] : ['https://www.example.com'];
        try {
            await run({ page, agent, site, frame: page.frameLocator('iframe') });
        } finally {
            await site.stop();
        }
    }, options);
}

const notes = (page, type) => page.evaluate(wanted => window.notes.filter(note => note.data.type === wanted), `calendly-brevo:${type}`);
const names = async page => (await notes(page, 'event')).map(note => note.data.name);
const frameOf = page => page.frames().find(frame => frame !== page.mainFrame());
const scrolls = page => frameOf(page).evaluate(() => document.documentElement.scrollHeight > document.documentElement.clientHeight + 1);
const plain = agent => `<iframe title="Booking" width="900" height="700" src="${agent.origin}/book/sales/${typeId}"></iframe>`;
const scripted = path => agent => `<div id="here" data-calendly-brevo="${path}"></div><script src="${agent.origin}/book/embed.js" async></script>`;

test('a plain frame under a strict policy: the whole way, told to the site in events without personal data', embedded(plain, async ({ page, agent, site, frame }) => {
    await page.goto(site.origin);
    await frame.locator('.times [data-at]').first().waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'mine', 'the focus stays with the site');
    await frame.locator('.day.is-free').last().click();
    await frame.locator('.times [data-at]').first().click();
    await fill(frame);
    await frame.locator('button[type=submit]').click();
    await frame.getByRole('button', { name: 'Cancel booking' }).click();
    await frame.getByRole('button', { name: 'Yes, cancel it' }).click();
    await frame.getByRole('heading', { name: 'Your booking is canceled' }).waitFor();
    await until('all events', async () => (await names(page)).length === 5);
    assert.deepEqual(await names(page), ['viewed', 'day', 'time', 'booked', 'canceled']);
    const all = await page.evaluate(() => window.notes);
    assert.ok(all.every(note => note.origin === agent.origin));
    assert.doesNotMatch(JSON.stringify(all), /Grace|grace|cancel_token/);
    const [booking] = agent.state.bookings.values();
    assert.equal((await notes(page, 'event'))[3].data.id, booking.id);
}));

test('with the script: a frame as high as its content, no scroll bar, heights that settle', embedded(scripted('sales/AAAA1111?name=Ada'), async ({ page, site, frame }) => {
    await page.goto(`${site.origin}/?utm_source=site`);
    await frame.locator('.times [data-at]').first().waitFor();
    const height = () => page.locator('iframe').evaluate(element => element.getBoundingClientRect().height);
    const inside = () => frame.locator('#page').evaluate(element => Math.ceil(element.getBoundingClientRect().height));
    await until('the height of the content', async () => await height() === await inside());
    const told = (await notes(page, 'height')).length;
    assert.ok(told <= 3, `${told} heights until it settled`);
    assert.equal(await scrolls(page), false);
    await frame.locator('.times [data-at]').first().click();
    await frame.locator('#name').waitFor();
    await until('the height of the form', async () => await height() === await inside());
    assert.ok((await notes(page, 'height')).length <= told + 3, 'heights settle');
    assert.equal(await scrolls(page), false);
    assert.equal(await frame.locator('#name').inputValue(), 'Ada');
    assert.match(frameOf(page).url(), /utm_source=site/);
    await until('events at the element', async () => (await page.evaluate(() => window.events)).some(event => event.name === 'time' && event.on === 'here'));
}, { allowScript: true }));

// Books where a captcha wants proof of a person, and is refused.
const bookWithoutProof = async ({ page, agent, site, frame }) => {
    agent.state.captcha = 'solved';
    await page.goto(site.origin);
    await frame.locator('.times [data-at]').first().click();
    await fill(frame);
    await frame.locator('button[type=submit]').click();
    await frame.getByText('make sure that a person is booking').waitFor();
};

// What a site with hCaptcha, Turnstile or ALTCHA does; the response is wrong at first.
const withCaptcha = agent => `<script src="/captcha.js"></script>${scripted('sales/AAAA1111')(agent)}`;

test('a captcha of the site: asked when the visitor books, refused in words, passed at the next try', embedded(withCaptcha, async ({ page, agent, site, frame }) => {
    await bookWithoutProof({ page, agent, site, frame });
    assert.equal(await frame.getByRole('link', { name: 'Book on Calendly’s page instead' }).getAttribute('href'), 'https://calendly.com/acme/demo');
    assert.equal(await frame.locator('#name').inputValue(), 'Grace Hopper');
    await frame.locator('button[type=submit]').click();
    await frame.locator('.view-done').waitFor();
    assert.deepEqual(agent.calls('bookings').map(call => call.headers['x-captcha-response']), ['robot', 'solved']);
}, { allowScript: true, tolerated: /403/ }));

test('a site without a captcha, and a frame that nobody listens to: the visitor is told, with a way out', embedded(plain, async ({ page, agent, site, frame }) => {
    await bookWithoutProof({ page, agent, site, frame });
    assert.equal(agent.calls('bookings')[0].headers['x-captcha-response'], undefined);
}, { tolerated: /403/ }));

test('320 pixels: no scroll bar in either direction, in a dark site with a light frame', embedded(agent => `<meta name="color-scheme" content="dark">${scripted('sales/AAAA1111?theme=light')(agent)}`, async ({ page, site, frame }) => {
    await page.goto(site.origin);
    await frame.locator('.times [data-at]').first().waitFor();
    await until('no scroll bar', async () => !await scrolls(page));
    assert.equal(await frame.locator('html').evaluate(root => root.scrollWidth > root.clientWidth), false);
    assert.equal(await frame.locator('html').evaluate(root => getComputedStyle(root).backgroundColor), 'rgb(255, 255, 255)');
}, { allowScript: true, browserOptions: { viewport: { width: 336, height: 640 }, colorScheme: 'dark', hasTouch: true, isMobile: true } }));

test('a site that is not allowed gets no frame', visit(async ({ page, agent }) => {
    const site = await startSite(() => plain(agent), () => `frame-src ${agent.origin}`);
    agent.state.allowOrigins = ['https://www.example.com'];
    await page.goto(site.origin);
    await until('the refusal', () => frameOf(page)?.url().startsWith('chrome-error:'));
    assert.deepEqual(await page.evaluate(() => window.notes), []);
    assert.equal(agent.calls('').length, 0);
    await site.stop();
}, { tolerated: /frame-ancestors|^request to/ }));
