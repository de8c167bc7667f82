// Looks at a page as somebody with other eyes or fingers would: axe, nothing too wide, nothing too small to hit.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };

export async function look(page, what) {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(options => window.axe.run(document, options), rules);
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join('\n')}`), [], what);
    const { wide, small } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        small: [...document.querySelectorAll('button, a[href], input, textarea, select, summary')]
            .map(element => ({ element, box: (element.closest('label.choice, label.check') ?? element).getBoundingClientRect() }))
            .filter(({ element, box }) => box.width && (box.width < 24 || box.height < (element.matches('a, .link, summary') ? 20 : 24)))
            .map(({ element }) => element.outerHTML),
    }));
    assert.ok(wide <= 0, `${what}: ${wide} pixels too wide`);
    assert.deepEqual(small, [], `${what}: too small to hit`);
}
