// Every state of the operators' page in both themes and three widths, for eyes:
//   node tests/browser/operator_screenshots.mjs <folder> [state...]
import { mkdirSync } from 'node:fs';
import { launch } from './browser.mjs';
import { startFakeOperator } from './fake_operator.mjs';
import { states } from './operator_states.mjs';

const [folder = 'screenshots', ...wanted] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await launch();
for (const [name, { agent: options = () => ({}), reach }] of Object.entries(states)) {
    if (wanted.length && !wanted.includes(name)) continue;
    for (const [width, theme] of [[360, 'dark'], [768, 'light'], [1280, 'light'], [1280, 'dark']]) {
        const agent = await startFakeOperator(options());
        const context = await browser.newContext({ viewport: { width, height: 800 }, locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce', colorScheme: theme });
        context.setDefaultTimeout(5000);
        const page = await context.newPage();
        page.on('pageerror', error => console.log(name, 'page error:', error.message));
        page.on('console', message => message.type() === 'error' && !/Failed to load/.test(message.text()) && console.log(name, 'console:', message.text()));
        let failed = '';
        await reach(page, agent).catch(error => { console.log(name, width, theme, error.message); failed = '-failed'; });
        await page.waitForTimeout(150);
        // A dialog is seen in its window, all else whole.
        await page.screenshot({ path: `${folder}/${name}-${width}-${theme}${failed}.png`, fullPage: await page.locator('dialog[open]').count() === 0 });
        if (agent.state.problems.length) console.log(name, agent.state.problems.slice(0, 3));
        await context.close();
        await agent.stop();
    }
}
await browser.close();
