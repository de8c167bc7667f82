// For everybody: axe finds nothing on the operators' page in any state, in both themes, from a phone to a desktop; nothing is
// cut off or too small to hit; who wants no motion sees none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { look } from './look.mjs';
import { open, states } from './operator_states.mjs';
import { desktop, until, visit } from './operator_visitor.mjs';

const phone = { width: 360, height: 740 }, tablet = { width: 768, height: 900 };
const some = [[desktop, 'light'], [phone, 'dark'], [tablet, 'dark']], others = [[desktop, 'dark'], [phone, 'light'], [tablet, 'light']];
const sizes = process.env.ALL_LOOKS ? [...some, ...others] : some;

for (const [name, { agent: options = () => ({}), reach }] of Object.entries(states)) {
    test(`${name}: clean for axe, in both themes, from phone to desktop`, visit(async ({ page, agent }) => {
        await reach(page, agent);
        for (const [size, colorScheme] of sizes) {
            await page.setViewportSize(size);
            await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
            await look(page, `${name}, ${size.width}, ${colorScheme}`);
        }
    }, options()));
}

test('with text twice as large nothing is lost', visit(async ({ page, agent }) => {
    await open(page, agent);
    await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
    await look(page, 'large text');
}));

test('who wants no motion sees none', visit(async ({ page, agent }) => {
    await open(page, agent);
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await until('motion', () => page.evaluate(() => document.getAnimations().length > 0));
}));
