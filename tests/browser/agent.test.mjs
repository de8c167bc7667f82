// The page before the real agent, behind nginx, on the sandbox's Calendly: started by tests/e2e/page, which says in the
// environment where they are (BOOKING_ORIGIN, SANDBOX_CONTROL).
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { launch } from './browser.mjs';
import { firstTime } from './states.mjs';
import { focused, until } from './waiting.mjs';

const origin = process.env.BOOKING_ORIGIN, control = process.env.SANDBOX_CONTROL;
const call = '/book/calendly/DISCOVERYCALL001', demo = '/book/calendly/PRODUCTDEMO00002';
let browser, visitors = 0;
before(async () => {
    browser = await launch();
    await until('the agent', async () => (await fetch(`${origin}/v1/scheduling/event-types`).catch(() => null))?.ok, 20000);
});
after(() => browser.close());
beforeEach(() => fetch(`${control}/faults`, { method: 'DELETE' }));

const ask = async (path, body) => (await fetch(control + path, body && { method: 'POST', body: JSON.stringify(body) })).json();
const fault = (action, times = 1, match = { method: 'POST', path_prefix: '/invitees' }) => ask('/faults', { api: 'calendly', match, times, action });
const bookingsOf = async email => (await ask(`/bookings?email=${email}`)).bookings;
const done = page => page.getByRole('heading', { name: 'You are booked' }).waitFor();

function visit(run, options = {}) {
    return async () => {
        const pages = [], problems = [];
        const another = async () => {
            const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce', ...options });
            const page = await context.newPage();
            page.on('pageerror', error => problems.push(error.message));
            page.on('console', message => message.type() === 'error' && !/Failed to load resource/.test(message.text()) && problems.push(message.text()));
            page.on('request', request => request.url().startsWith(origin) || /^(blob|data):/.test(request.url()) || problems.push(request.url()));
            pages.push(page);
            return page;
        };
        try {
            await run({ page: await another(), another });
            assert.deepEqual(problems, []);
        } finally {
            for (const page of pages) await page.context().close();
        }
    };
}

/** Fills in the form of the first free time; the visitor's address. */
async function fill(page, path = call, at = 0) {
    const email = `visitor${++visitors}@example.org`;
    await page.goto(`${origin}${path}?name=Vera%20Visitor&email=${email}`);
    await firstTime(page).waitFor();
    await page.locator('.times [data-at]').nth(at).click();
    await page.locator('#email').waitFor();
    for (const group of await page.locator('fieldset').all()) await group.locator('input').first().check();
    for (const field of await page.locator('input[type=tel]:visible').all()) await field.fill('+49 30 901820');
    for (const field of await page.locator('textarea[aria-required=true], input[type=text][aria-required=true]:not(#name)').all()) await field.fill('Yes');
    return email;
}
const send = page => page.locator('button[type=submit]').click();

test('the whole way: from the list of types to the booking in Calendly and the contact in Brevo, and canceled', visit(async ({ page }) => {
    await page.goto(`${origin}/book/calendly`);
    await page.locator('.type').first().waitFor();
    const email = await fill(page, demo);
    const at = Number(await page.evaluate(() => Object.values(sessionStorage).map(text => text.startsWith('{') && JSON.parse(text).start).find(Boolean)));
    await send(page);
    await done(page);
    const [booking] = await bookingsOf(email);
    assert.equal(Date.parse(booking.scheduled_event.start_time), at);
    await until('the contact in Brevo', async () => (await fetch(`${control}/contacts/${email}`)).status === 200);
    await page.getByRole('button', { name: 'Cancel booking' }).click();
    await page.getByRole('button', { name: 'Yes, cancel it' }).click();
    await page.getByRole('heading', { name: 'Your booking is canceled' }).waitFor();
}));

test('two visitors, one time: the second keeps the form and takes another', visit(async ({ page, another }) => {
    const other = await another();
    const [email, quick] = [await fill(page), await fill(other)];
    await send(other);
    await done(other);
    await send(page);
    await until('the news with the focus', async () => /has just been taken$/.test(await focused(page)));
    assert.equal(await page.locator('#name').inputValue(), 'Vera Visitor');
    await page.locator('.alternatives [data-at]').first().click();
    await send(page);
    await done(page);
    assert.deepEqual([(await bookingsOf(email)).length, (await bookingsOf(quick)).length], [1, 1]);
}));

test('reload while it is being booked: one booking, and the visitor sees it', visit(async ({ page }) => {
    const email = await fill(page);
    await fault({ delay_ms: 2000 });
    const posted = page.waitForRequest(request => request.method() === 'POST');
    await send(page);
    await posted;
    await page.reload();
    await done(page);
    assert.equal((await bookingsOf(email)).length, 1);
}));

test('Calendly\'s answer is lost: one booking', visit(async ({ page }) => {
    const email = await fill(page);
    await fault({ cut: 'after' });
    await send(page);
    await done(page);
    assert.equal((await bookingsOf(email)).length, 1);
}));

test('Calendly refuses in words; the next attempt goes through', visit(async ({ page }) => {
    const email = await fill(page);
    await fault({ status: 400, body: { title: 'Invalid Argument', message: 'The supplied parameters are invalid.', details: [{ parameter: 'invitee.email', message: 'is not accepted' }] } });
    await send(page);
    await page.locator('.notice').waitFor();
    assert.equal(await page.locator('#email').inputValue(), email);
    await send(page);
    await done(page);
    assert.equal((await bookingsOf(email)).length, 1);
}));

test('Calendly\'s limit is reached: until when, and the way out', visit(async ({ page }) => {
    const email = await fill(page);
    await fault({ status: 429, headers: { 'X-RateLimit-Reset': '1800', 'Retry-After': '1800' } }, -1);
    await send(page);
    await page.getByText(/Booking here is paused/).waitFor();
    assert.match(await page.locator('.notice a').first().getAttribute('href'), /^https:\/\/calendly\.com\//);
    assert.equal((await bookingsOf(email)).length, 0);
}));

test('Calendly is down: said so, with the way out; later it is one booking', visit(async ({ page }) => {
    const email = await fill(page);
    await fault({ status: 503 }, -1);
    await send(page);
    await page.locator('.notice').waitFor({ timeout: 60000 });
    assert.match(await page.locator('.notice a').first().getAttribute('href'), /^https:\/\/calendly\.com\//);
    await fetch(`${control}/faults`, { method: 'DELETE' });
    await until('the booking', async () => {
        await send(page);
        await page.locator('.view-done, .notice h3').first().waitFor();
        return await page.locator('.view-done').count() === 1;
    }, 60000);
    assert.equal((await bookingsOf(email)).length, 1);
}));

test('the page says where it may be embedded, and is small', visit(async ({ page }) => {
    const sizes = [];
    page.on('requestfinished', request => sizes.push(request.sizes()));
    await page.goto(`${origin}${call}?lang=de&theme=dark`);
    await firstTime(page).waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(await page.locator('meta[name=allow-origins]').getAttribute('content'), 'https://www.example.com');
    const bytes = (await Promise.all(sizes)).reduce((sum, one) => sum + one.responseBodySize, 0);
    assert.ok(bytes > 10000 && bytes < 60000, `${bytes} bytes`);
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
}));
