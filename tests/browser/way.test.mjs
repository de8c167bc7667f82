// The way of a visitor from the event type to the booking: by mouse, by keyboard, with the browser's buttons.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { demo, someTimes } from './fake_agent.mjs';
import { book, fill, firstTime, open, openDetails, send, typeId } from './states.mjs';
import { focused, until, visit } from './visitor.mjs';

const bookings = agent => [...agent.state.bookings.values()];

test('by mouse: type, day, time, details, done; what was clicked is what is booked', visit(async ({ page, agent }) => {
    await open(page, agent, '/book/sales?utm_source=news');
    await page.getByRole('button', { name: /Product demo/ }).click();
    await page.getByRole('button', { name: 'Next month' }).click();
    await page.locator('[data-day].is-free').nth(2).click();
    const time = page.locator('.times [data-at]').nth(1);
    const at = Number(await time.getAttribute('data-at'));
    await time.click();
    await fill(page);
    await page.getByRole('button', { name: 'Add guests' }).click();
    await page.locator('#guests').fill('alan@example.com, mary@example.com');
    await send(page);
    await page.getByRole('heading', { name: 'You are booked' }).waitFor();
    const [booking] = bookings(agent);
    assert.equal(bookings(agent).length, 1);
    assert.equal(booking.at, at);
    assert.deepEqual(booking.body, {
        event_type: typeId, start: new Date(at).toISOString().replace('.000Z', 'Z'), name: 'Grace Hopper', email: 'grace@example.com', timezone: 'Europe/Berlin',
        answers: [{ position: 1, text: '11 to 100' }, { position: 4, text: 'I agree to the terms' }], location: { kind: 'zoom_conference' },
        guests: ['alan@example.com', 'mary@example.com'], utm_source: 'news',
    });
    const shown = await page.locator('.booking').innerText();
    for (const part of ['Product demo', 'Europe/Berlin', 'UTC+1', '45 min', 'Zoom', 'Ada Lovelace', new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'Europe/Berlin' }).format(at)]) {
        assert.ok(shown.includes(part), `${part} in ${shown}`);
    }
    assert.ok(!page.url().includes('grace'), 'nothing personal in the address');
}));

test('the calendar file, changing the time, canceling', visit(async ({ page, agent }) => {
    await book(page, agent);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Add to calendar' }).click()]);
    assert.equal(download.suggestedFilename(), 'booking.ics');
    assert.match(readFileSync(await download.path(), 'utf8'), /BEGIN:VCALENDAR/);
    assert.match(await page.getByRole('link', { name: 'Change the time' }).getAttribute('href'), /^https:\/\/calendly.com\/reschedulings\//);
    await page.getByRole('button', { name: 'Cancel booking' }).click();
    assert.equal(await focused(page), 'Cancel this booking?');
    await page.getByRole('button', { name: 'Keep it' }).click();
    assert.equal(await focused(page), 'Cancel booking');
    await page.getByRole('button', { name: 'Cancel booking' }).click();
    await page.getByRole('button', { name: 'Yes, cancel it' }).click();
    await until('the focus on what happened', async () => await focused(page) === 'Your booking is canceled');
    assert.equal(bookings(agent)[0].isCanceled, true);
    await page.reload();
    await page.getByRole('heading', { name: 'Your booking is canceled' }).waitFor();
    await page.getByRole('button', { name: 'Book another meeting' }).click();
    await firstTime(page).waitFor();
}));

test('a booking of a group is canceled on Calendly\'s page only', visit(async ({ page, agent }) => {
    agent.state.minimumAge = 0;
    await openDetails(page, agent, '/book/sales/CCCC3333?name=Ada&email=ada@example.com');
    await send(page);
    assert.match(await page.getByRole('link', { name: 'Cancel booking' }).getAttribute('href'), /calendly.com\/cancellations/);
    assert.match(await page.locator('.booking').innerText(), /Hauptstraße 1/);
}));

test('nothing free until next month: the page opens there, and this month can still be looked at', visit(async ({ page, agent }) => {
    agent.state.times = someTimes({ from: 12, days: 3 }); // from the 1st of February
    await open(page, agent);
    assert.equal(await page.locator('.day.is-free').count(), 3);
    assert.match(await page.locator('#times-title').innerText(), /1 February/);
    await page.getByRole('button', { name: 'Previous month, January 2027' }).click();
    await until('a month without times', async () => await page.locator('.day.is-free').count() === 0);
    await page.getByRole('button', { name: 'Next month' }).click();
    await page.locator('.day.is-free').nth(2).waitFor();
}));

test('by keyboard alone, and the focus is never lost', visit(async ({ page, agent }) => {
    agent.state.minimumAge = 0;
    await open(page, agent, '/book/sales');
    const press = async (...keys) => {
        for (const key of keys) await page.keyboard.press(key);
    };
    await press('Tab', 'Enter');
    await until('the calendar', async () => await focused(page) === 'Choose a date and time');
    await firstTime(page).waitFor();
    await press('Tab'); // the previous month cannot be had
    assert.match(await focused(page), /^Next month/);
    await press('Tab');
    const chosen = await focused(page);
    assert.match(chosen, /^\w+, \d+ \w+ \d{4}, 6 times free$/);
    await press('PageDown');
    await until('another month', async () => await focused(page) !== chosen);
    await press('Home', 'ArrowDown', 'ArrowRight', 'ArrowLeft', 'ArrowUp', 'End', 'ArrowDown', 'PageUp', 'PageDown');
    assert.match(await focused(page), /times? free$|no times$/);
    while (!/free$/.test(await focused(page))) await press('ArrowUp');
    await press('Enter');
    await until('the times', async () => /^\w+,? \d+ \w+$/.test(await focused(page)));
    await press('Escape');
    assert.match(await focused(page), /6 times free$/);
    await press('Enter', 'Tab');
    assert.match(await focused(page), /^\d\d:\d\d, \w+,? \d+ \w+$/);
    await press('Tab', 'Enter');
    await until('the form', async () => await focused(page) === 'Your details');
    await press('Tab');
    await page.keyboard.type('Grace Hopper');
    await press('Tab');
    await page.keyboard.type('grace@example.com');
    await press('Tab', 'Tab', 'Space', 'ArrowDown', 'Tab', 'Space', 'Tab', 'Tab', 'Tab', 'Tab', 'Space', 'Tab', 'Tab');
    assert.equal(await focused(page), 'Book this time');
    await press('Enter');
    await until('the booking', async () => await focused(page) === 'You are booked');
    assert.deepEqual(bookings(agent)[0].body.answers, [{ position: 1, text: '11 to 100' }, { position: 2, text: ['Contacts'] }, { position: 4, text: 'I agree to the terms' }]);
}));

test('another zone: the same instants under other names, the day follows visibly; it is the one that is booked', visit(async ({ page, agent }) => {
    agent.state.minimumAge = 0;
    agent.state.times = someTimes({ first: 20, last: 24 });
    await open(page, agent);
    const before = await page.locator('.times [data-at]').evaluateAll(all => all.map(one => one.dataset.at));
    const title = await page.locator('#times-title').innerText();
    await page.locator('#zone').focus();
    await page.keyboard.type('tokyo');
    await page.locator('.zone-list .is-active').waitFor();
    await page.keyboard.press('Enter');
    await until('another day', async () => await page.locator('#times-title').innerText() !== title);
    assert.equal(await page.locator('#zone').inputValue(), 'Asia/Tokyo');
    assert.match(await page.locator('.zone-now').innerText(), /^UTC\+9, now \d\d:\d\d$/);
    const shown = await page.locator('.times [data-at]').evaluateAll(all => all.map(one => one.dataset.at));
    assert.ok(before.every(at => shown.includes(at)));
    await page.reload();
    await firstTime(page).waitFor();
    assert.equal(await page.locator('#zone').inputValue(), 'Asia/Tokyo');
    const at = Number(await firstTime(page).getAttribute('data-at'));
    await firstTime(page).click();
    await fill(page);
    await send(page);
    await page.locator('.view-done').waitFor();
    assert.deepEqual([bookings(agent)[0].at, bookings(agent)[0].body.timezone], [at, 'Asia/Tokyo']);
}));

test('the zone\'s list: arrows, escape, nothing found', visit(async ({ page, agent }) => {
    await open(page, agent);
    await page.locator('#zone').click();
    await until('all zones', async () => await page.locator('.zone-list [role=option]').count() > 550);
    await page.keyboard.press('ArrowDown');
    const active = await page.locator('.is-active').innerText();
    await page.keyboard.press('ArrowUp');
    assert.match(await page.locator('.is-active').innerText(), /Europe\/Berlin/);
    assert.notEqual(active, await page.locator('.is-active').innerText());
    await page.keyboard.type('atlantis');
    await page.getByText('No such time zone').waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#zone').inputValue(), 'Europe/Berlin');
    assert.equal(await page.locator('.zone-list').isHidden(), true);
}));

for (const [zone, change, locale] of [['Europe/Berlin', '2027-03-28T00:00:00Z', 'de-DE'], ['Europe/Berlin', '2027-10-31T00:00:00Z', 'en-US'],
    ['America/New_York', '2027-11-07T05:00:00Z', 'en-US'], ['Australia/Lord_Howe', '2027-04-03T14:00:00Z', 'en-AU']]) {
    test(`${zone}, ${locale}: the instant sent is the instant clicked on the weekend of ${change.slice(0, 10)}`, visit(async ({ page, agent }) => {
        agent.state.minimumAge = 0;
        const at = Date.parse(change), starts = Array.from({ length: 96 }, (_, i) => at - 86400000 + i * 1800000);
        agent.state.times = [...starts];
        agent.state.types = [{ ...demo, questions: [] }];
        await page.clock.setFixedTime(at - 3 * 86400000);
        await page.goto(`${agent.origin}/book/sales/${typeId}?name=Ada&email=a@example.com&lang=en`);
        const day = new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at);
        await page.locator(`[data-day="${day}"]`).click();
        const labels = await page.locator('.times [data-at]').evaluateAll(all => all.map(one => one.innerText));
        assert.equal(new Set(labels).size, labels.length, 'no two times look alike');
        const picked = page.locator('.times [data-at]').nth(5);
        const clicked = Number(await picked.getAttribute('data-at'));
        await picked.click();
        await send(page);
        await page.locator('.view-done').waitFor();
        assert.equal(bookings(agent)[0].at, clicked);
        assert.ok(starts.includes(clicked));
    }, { browserOptions: { timezoneId: zone, locale } }));
}

test('clock and first day of the week are the locale\'s; a chosen clock is remembered', visit(async ({ page, agent }) => {
    await open(page, agent);
    assert.match(await firstTime(page).innerText(), /AM|PM/);
    assert.equal(await page.locator('.month th').first().innerText(), 'Sun\nSunday'.split('\n')[0] + '\nSunday');
    await page.getByRole('button', { name: '24 h' }).click();
    assert.match(await firstTime(page).innerText(), /^\d\d:\d\d$/);
    await page.reload();
    await firstTime(page).waitFor();
    assert.match(await firstTime(page).innerText(), /^\d\d:\d\d$/);
}, { browserOptions: { locale: 'en-US' } }));

test('German by the address, French by the browser', visit(async ({ page, agent, another }) => {
    await open(page, agent, `/book/sales/${typeId}?lang=de`);
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
    await page.getByRole('heading', { name: 'Tag und Uhrzeit wählen' }).waitFor();
    const french = await another({ locale: 'fr-FR' });
    await open(french, agent);
    await french.getByRole('heading', { name: 'Choisissez le jour et l’heure' }).waitFor();
}));

test('back and forward lead where one was, and the form is as it was left', visit(async ({ page, agent }) => {
    await open(page, agent, '/book/sales');
    await page.getByRole('button', { name: /Product demo/ }).click();
    await firstTime(page).click();
    await page.locator('#name').fill('Grace');
    await page.goBack();
    await firstTime(page).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Book a meeting' }).waitFor();
    await page.goForward();
    await firstTime(page).click();
    assert.equal(await page.locator('#name').inputValue(), 'Grace');
    await page.reload();
    assert.equal(await page.locator('#name').inputValue(), 'Grace');
    await page.getByRole('button', { name: 'Choose another time' }).click();
    await firstTime(page).waitFor();
}));

test('one type only: no list of one', visit(async ({ page, agent }) => {
    await open(page, agent, '/book/sales');
    await firstTime(page).waitFor();
    assert.equal(await page.getByRole('button', { name: 'All meetings' }).count(), 0);
}, { types: [demo] }));

test('it opens on the first day with times, be it months ahead; and says when there are none for months', visit(async ({ page, agent, another }) => {
    agent.state.times = someTimes({ from: 70, days: 2 });
    await open(page, agent);
    await firstTime(page).waitFor();
    agent.state.times = someTimes({ from: 150, days: 1 });
    const late = await another();
    await open(late, agent);
    await late.getByText('There are no free times until').waitFor();
    assert.match(await late.getByRole('link', { name: /Calendly/ }).getAttribute('href'), /calendly.com/);
    await late.getByRole('button', { name: 'Look further ahead' }).click();
    await firstTime(late).waitFor();
}));

test('first times with two calls, one of them available-times; all in all less than 60 KB, nothing from elsewhere, no cookie', visit(async ({ page, agent }) => {
    await open(page, agent);
    await firstTime(page).waitFor();
    assert.deepEqual(agent.state.calls.map(call => call.name).sort(), ['available-times', 'event-types']);
    await page.locator('#zone').click();
    await until('all zones', async () => await page.locator('.zone-list [role=option]').count() > 550);
    assert.ok(agent.state.bytes < 60000, `${agent.state.bytes} bytes`);
    console.log(`# ${agent.state.bytes} bytes over the wire, the list of zones among them`);
    assert.deepEqual(await page.context().cookies(), []);
}));

test('hostile text is text', visit(async ({ page, agent }) => {
    const evil = '<img src=x onerror="document.title=\'hacked\'"><script>alert(1)</script>"\'`{{x}}';
    agent.state.minimumAge = 0;
    agent.state.types = [{
        ...demo, name: evil, description: evil, color: 'red;background:url(//evil)', scheduling_url: 'javascript:alert(1)', locations: [{ kind: 'custom', location: evil, needs: null }],
        questions: [{ position: 0, text: evil, type: 'multi_select', required: true, choices: [evil, 'b'], other: false }],
    }];
    await openDetails(page, agent, `/book/sales/${typeId}?${new URLSearchParams({ name: evil, email: 'a@example.com', a1: evil, lang: evil, theme: evil, utm_source: evil })}`);
    await page.getByLabel(evil).first().check();
    assert.equal(await page.locator('#name').inputValue(), evil);
    agent.fault('bookings', { answer: [422, { error: { code: 'invalid', field: evil, message: evil, scheduling_url: 'javascript:alert(1)' } }], times: 1 });
    await send(page);
    await page.locator('.notice').getByText(evil).waitFor();
    await send(page);
    await page.locator('.view-done').waitFor();
    assert.equal(await page.locator('img, script:not([src])').count(), 0);
    assert.equal(await page.locator('a[href^="javascript"]').count(), 0);
    assert.equal(bookings(agent)[0].body.name, evil);
    assert.notEqual(await page.title(), 'hacked');
}));
