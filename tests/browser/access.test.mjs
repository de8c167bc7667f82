// For everybody: axe finds nothing in any state, on a light desktop and on a dark phone; nothing is cut off or too small.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { look } from './look.mjs';
import { firstTime, open, openDetails, states } from './states.mjs';
import { desktop, until, visit } from './visitor.mjs';

const phone = { width: 320, height: 640 };

for (const [name, reach] of Object.entries(states)) {
    test(`${name}: clean for axe, on a light desktop and a dark phone`, visit(async ({ page, agent }) => {
        await reach(page, agent);
        for (const [size, colorScheme] of [[desktop, 'light'], [phone, 'dark']]) {
            await page.setViewportSize(size);
            await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
            await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
            await look(page, `${name}, ${size.width}, ${colorScheme}`);
        }
    }));
}

test('any colour of an event type can be read', visit(async ({ page, agent }) => {
    for (const color of ['#ffff00', '#000000', '#ffffff', '#808080', '#ff4f00']) {
        agent.state.types = agent.state.types.map(type => ({ ...type, color }));
        for (const theme of ['light', 'dark']) {
            await open(page, agent, `/book/sales/AAAA1111?theme=${theme}`);
            await firstTime(page).waitFor();
            await look(page, `${color} on ${theme}`);
        }
    }
}));

test('the theme that the address asks for goes before the system\'s', visit(async ({ page, agent }) => {
    await open(page, agent, '/book/sales/AAAA1111?theme=dark');
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark');
    await open(page, agent, '/book/sales/AAAA1111?theme=auto');
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'light');
}));

test('zoomed to 200 % and with text twice as large, nothing is lost', visit(async ({ page, agent }) => {
    await page.setViewportSize({ width: 640, height: 400 }); // what 200 % leaves of 1280 by 800
    await openDetails(page, agent);
    await look(page, 'the form');
    await page.setViewportSize(desktop);
    await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
    await look(page, 'large text, form');
    await page.getByRole('button', { name: 'Choose another time' }).click();
    await firstTime(page).waitFor();
    await look(page, 'large text, calendar');
}));

test('who wants no motion sees none', visit(async ({ page, agent }) => {
    await states.loading(page, agent);
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await until('motion', () => page.evaluate(() => document.getAnimations().length > 0));
}));

test('while times are looked for, that is said and looks so', visit(async ({ page, agent }) => {
    await states.loading(page, agent);
    assert.equal(await page.locator('.month').getAttribute('aria-busy'), 'true');
    await page.getByRole('heading', { name: 'Looking for free times…' }).waitFor();
}));

test('days say how many times they have, times their day', visit(async ({ page, agent }) => {
    await open(page, agent);
    await firstTime(page).waitFor();
    const day = page.locator('.day.is-free').first();
    assert.match(await day.getAttribute('aria-label'), /^\w+, \d+ \w+ \d{4}, 6 times free$/);
    assert.match(await page.locator('.day:not(.is-free)').first().getAttribute('aria-label'), /no times$/);
    assert.match(await firstTime(page).getAttribute('aria-label'), /^\d\d:\d\d, \w+,? \d+ \w+$/);
    assert.equal(await page.locator('.month [tabindex="0"]').count(), 1);
    assert.match(await page.title(), /Product demo/);
}));
