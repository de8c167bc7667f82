// What can go wrong between a visitor and a booking: nobody is booked twice, nothing written is lost, everything is said.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { book, fill, firstTime, open, openDetails, send, typeId } from './states.mjs';
import { focused, until, visit } from './visitor.mjs';

const bookings = agent => [...agent.state.bookings.values()];
const posts = agent => agent.calls('bookings');
const keys = agent => new Set(posts(agent).map(post => post.headers['idempotency-key']));
const done = page => page.getByRole('heading', { name: 'You are booked' }).waitFor();
const error = (code, more) => ({ error: { code, message: 'In the agent’s words.', ...more } });

async function filled(page, agent) {
    agent.state.minimumAge = 0;
    await openDetails(page, agent);
    await fill(page);
}

test('a form sent at once waits until its token is good, three seconds', visit(async ({ page, agent }) => {
    await openDetails(page, agent);
    await fill(page);
    await send(page);
    await page.getByRole('button', { name: 'Booking…' }).waitFor();
    await done(page);
    assert.deepEqual([posts(agent).length, posts(agent)[0].status], [1, 201]);
}));

test('two clicks are one booking', visit(async ({ page, agent }) => {
    await filled(page, agent);
    agent.fault('bookings', { delay: 500 });
    await page.locator('button[type=submit]').dblclick();
    await page.locator('#name').press('Enter');
    await done(page);
    assert.equal(posts(agent).length, 1);
}));

test('two visitors, one time: the second is told, keeps the form, takes one of the nearest', visit(async ({ page, agent, another }) => {
    const other = await another();
    await filled(page, agent);
    await filled(other, agent);
    const at = agent.state.times[0];
    await send(other);
    await done(other);
    await send(page);
    await until('the news with the focus', async () => /has just been taken$/.test(await focused(page)));
    assert.equal(await page.locator('#name').inputValue(), 'Grace Hopper');
    assert.match(await page.locator('.notice a').getAttribute('href'), /calendly.com/);
    assert.equal(await page.locator('.alternatives [data-at]').count(), 3);
    const next = Number(await page.locator('.alternatives [data-at]').first().getAttribute('data-at'));
    await page.locator('.alternatives [data-at]').first().click();
    assert.equal(await focused(page), 'Book this time');
    await send(page);
    await done(page);
    assert.deepEqual(bookings(agent).map(booking => booking.at), [at, next]);
    assert.equal(keys(agent).size, 3);
}));

test('a time that went before the form opened is said at once; back in the list it is not offered', visit(async ({ page, agent }) => {
    await page.clock.install();
    await open(page, agent);
    const gone = agent.state.times.shift();
    await page.clock.fastForward(30000);
    await page.locator(`.times [data-at="${gone}"]`).click();
    await page.getByRole('heading', { name: /has just been taken/ }).waitFor();
    await page.getByRole('button', { name: 'See all times' }).click();
    await firstTime(page).waitFor();
    assert.equal(await page.locator(`[data-at="${gone}"]`).count(), 0);
}));

test('a list that stays open is asked for again each minute', visit(async ({ page, agent }) => {
    await page.clock.install();
    await open(page, agent);
    const gone = agent.state.times.shift();
    await page.clock.runFor(75000);
    await until('the time to go', async () => await page.locator(`[data-at="${gone}"]`).count() === 0);
    assert.equal(agent.calls('available-times').length, 2);
}));

test('reload while it is being booked: one booking, and the visitor sees it', visit(async ({ page, agent }) => {
    await filled(page, agent);
    agent.fault('bookings', { delay: 700, times: 1 });
    await send(page);
    await until('the booking to be under way', () => posts(agent).length === 1);
    await page.reload();
    await done(page);
    assert.deepEqual([bookings(agent).length, keys(agent).size, new Set(posts(agent).map(post => post.text)).size], [1, 1, 1]);
    await page.reload();
    await done(page);
    assert.ok((await page.locator('.booking').innerText()).includes('Product demo'));
}));

test('the answer is lost: the same booking is asked for again', visit(async ({ page, agent }) => {
    await filled(page, agent);
    agent.fault('bookings', { cut: true, after: true, times: 1 });
    await send(page);
    await done(page);
    assert.deepEqual([posts(agent).length, bookings(agent).length, keys(agent).size], [2, 1, 1]);
}));

test('the answer is late: the visitor is told so, and booked once', visit(async ({ page, agent }) => {
    await page.clock.install();
    await filled(page, agent);
    let answer;
    agent.fault('bookings', { until: new Promise(done => { answer = done; }) });
    await send(page);
    await until('the booking to be under way', () => posts(agent).length === 1);
    await page.clock.runFor(9000);
    await page.getByText('This takes longer than usual').waitFor();
    answer();
    await done(page);
    assert.equal(bookings(agent).length, 1);
}));

test('it is under way already: asked again when the agent says', visit(async ({ page, agent }) => {
    await filled(page, agent);
    agent.fault('bookings', { answer: [409, error('in_progress')], headers: { 'Retry-After': '1' }, times: 2 });
    await send(page);
    await done(page);
    assert.deepEqual([posts(agent).length, keys(agent).size], [3, 1]);
}));

test('nobody answers: said so, nothing lost, and the next attempt is the same booking', visit(async ({ page, agent }) => {
    await page.clock.install();
    await filled(page, agent);
    agent.fault('bookings', { answer: [502, '<html>Bad Gateway</html>'], times: 4 });
    await send(page);
    await until('all attempts', async () => {
        await page.clock.runFor(500);
        return posts(agent).length === 4;
    });
    await until('the news with the focus', async () => await focused(page) === 'Not booked yet');
    await send(page);
    await done(page);
    assert.deepEqual([posts(agent).length, keys(agent).size, bookings(agent).length], [5, 1, 1]);
}));

test('a refusal of a field stands beside it and has the focus', visit(async ({ page, agent }) => {
    await filled(page, agent);
    agent.fault('bookings', { answer: [422, error('invalid', { field: 'email' })], times: 1 });
    await send(page);
    await page.locator('#email-error').getByText('enter your own').waitFor();
    assert.match(await focused(page), /^Email/);
    assert.equal(await page.locator('#email').getAttribute('aria-invalid'), 'true');
    await send(page);
    await done(page);
    assert.equal(keys(agent).size, 2); // a refusal frees the key
}));

for (const [lang, email, start] of [
    ['de', /Ihre eigene an/, /Diese Zeit ist vorbei/], ['fr', /Indiquez la vôtre/, /Cet horaire est passé/], ['es', /Indique la suya/, /Esta hora ya pasó/], ['en', /enter your own/, /This time has passed/],
]) {
    test(`a refusal is said in the visitor's language, not in the agent's: ${lang}`, visit(async ({ page, agent }) => {
        agent.state.minimumAge = 0;
        await openDetails(page, agent, `/book/sales/${typeId}?lang=${lang}&name=Grace&email=g@example.com&a2=1`);
        await page.getByLabel('I agree to the terms').check();
        agent.fault('bookings', { answer: [422, error('invalid', { field: 'email' })], times: 1 });
        agent.fault('bookings', { answer: [422, error('invalid', { field: 'start' })], times: 1 });
        agent.fault('bookings', { answer: [422, error('invalid', { field: 'utm_term' })], times: 1 });
        await send(page);
        await page.locator('#email-error').getByText(email).waitFor();
        await until('the field with the focus', () => page.evaluate(() => document.activeElement.id === 'email'));
        await send(page);
        await page.getByText(start).waitFor();
        assert.equal(await page.getByText('agent’s words').count(), 0);
        await send(page);
        await page.locator('[lang=en]').getByText('In the agent’s words.').waitFor(); // only what has no words of ours
    }));
}

test('two names and a number for texts, where the address asks for them', visit(async ({ page, agent }) => {
    agent.state.minimumAge = 0;
    await openDetails(page, agent, `/book/sales/${typeId}?first_name=Grace&last_name=Hopper&email=g@example.com&a2=1&text_reminder=1`);
    await page.getByLabel('I agree to the terms').check();
    assert.deepEqual([await page.getByLabel('First name').inputValue(), await page.getByLabel('Last name').inputValue()], ['Grace', 'Hopper']);
    const number = page.getByLabel('Number for text reminders');
    assert.match(await page.locator('#text_reminder_number-hint').innerText(), /you agree/);
    await number.fill('0170 1234567');
    await send(page);
    assert.match(await page.locator('#text_reminder_number-error').innerText(), /country code/);
    await number.fill('+49 170 1234567');
    await send(page);
    await done(page);
    const { body } = bookings(agent)[0];
    assert.deepEqual([body.first_name, body.last_name, body.name, body.text_reminder_number], ['Grace', 'Hopper', undefined, '+491701234567']);
}));

test('what Calendly refuses without naming a field is told in words', visit(async ({ page, agent }) => {
    await filled(page, agent);
    agent.fault('bookings', { answer: [400, error('invalid')], times: 1 });
    await send(page);
    await page.getByText('The booking was not accepted.').waitFor();
    await page.getByText('In the agent’s words.').waitFor();
}));

test('too many bookings: until when, and the way out', visit(async ({ page, agent }) => {
    await filled(page, agent);
    agent.fault('bookings', { answer: [429, error('limited', { scheduling_url: 'https://calendly.com/acme/other' })], headers: { 'Retry-After': '1800' }, times: 1 });
    await send(page);
    await page.getByText(/Booking here is paused until \d\d:\d\d/).waitFor();
    assert.equal(await page.locator('.notice a').getAttribute('href'), 'https://calendly.com/acme/other');
    assert.equal(posts(agent).length, 1);
    agent.fault('bookings', { answer: [429, error('limited', {})], headers: { 'Retry-After': '86400' } });
    await send(page);
    await page.getByText(/Booking here is paused until [A-Z][a-z]+day,? .*, \d\d:\d\d/).waitFor();
}));

test('Calendly is down: said so, with the way out; later the same booking', visit(async ({ page, agent }) => {
    await filled(page, agent);
    agent.fault('bookings', { answer: [503, error('unavailable', { scheduling_url: 'https://calendly.com/acme/demo' })], times: 1 });
    await send(page);
    await page.getByText('Booking is not available just now.').waitFor();
    assert.match(await page.locator('.notice a').getAttribute('href'), /calendly.com/);
    await send(page);
    await done(page);
    assert.deepEqual([bookings(agent).length, keys(agent).size], [1, 1]);
}));

test('a form that was open for hours gets a new token and goes through', visit(async ({ page, agent }) => {
    await filled(page, agent);
    agent.state.tokens.clear();
    await send(page);
    await done(page);
    assert.equal(agent.calls('form-token').length, 2);
}));

test('no times to be had: said so, tried again by a click', visit(async ({ page, agent }) => {
    agent.fault('available-times', { answer: [503, error('unavailable', { scheduling_url: 'https://calendly.com/acme/demo' })], times: 1 });
    await open(page, agent);
    await page.getByText('Booking is not available just now.').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await firstTime(page).waitFor();
}));

test('the agent is down: said so, tried again by a click', visit(async ({ page, agent }) => {
    agent.fault('', { answer: [502, '<html>Bad Gateway</html>'], times: 2 });
    await page.goto(`${agent.origin}/book/sales/${typeId}`);
    await page.getByRole('heading', { name: 'Something went wrong' }).waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await firstTime(page).waitFor();
}));

test('a file of the page does not arrive: said so', visit(async ({ page, agent }) => {
    await page.route('**/assets/flow.js', route => route.abort());
    await page.goto(`${agent.origin}/book/sales/${typeId}?lang=de`);
    await page.getByText('Diese Seite konnte nicht geladen werden.').waitFor();
}));

test('what cannot be booked leads to what can', visit(async ({ page, agent }) => {
    await open(page, agent, '/book/sales/NOTHING1');
    await page.getByRole('heading', { name: 'Nothing to book here' }).waitFor();
    await page.getByRole('button', { name: 'See what can be booked' }).click();
    await page.getByRole('button', { name: /Product demo/ }).waitFor();
}));

test('fields left out: said above the form with links, beside each, and gone once they are right', visit(async ({ page, agent }) => {
    await openDetails(page, agent);
    await page.locator('#email').fill('nobody');
    await send(page);
    assert.equal(await focused(page), '4 answers need your attention');
    await page.getByRole('link', { name: /^How many people/ }).click();
    assert.match(await focused(page), /1 to 10/);
    await fill(page);
    assert.equal(await page.locator('.error:visible').count(), 0);
    assert.equal(posts(agent).length, 0);
}));

test('a mistyped address is a hint that a click takes', visit(async ({ page, agent }) => {
    await openDetails(page, agent);
    await page.locator('#email').fill('grace@gmial.com');
    await page.locator('#name').focus();
    await page.getByRole('button', { name: 'Did you mean grace@gmail.com?' }).click();
    assert.equal(await page.locator('#email').inputValue(), 'grace@gmail.com');
}));

test('after a booking the form of the next is empty', visit(async ({ page, agent }) => {
    await book(page, agent);
    await page.getByRole('button', { name: 'Book another meeting' }).click();
    await firstTime(page).click();
    assert.equal(await page.locator('#name').inputValue(), '');
}));
