// Every state of the page in both themes and three widths, for eyes:  node tests/browser/screenshots.mjs <folder> [state...]
import { mkdirSync } from 'node:fs';
import { call, demo, someTimes, startFakeAgent, workshop } from './fake_agent.mjs';
import { launch } from './browser.mjs';
import { states } from './states.mjs';

const [folder = 'screenshots', ...wanted] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await launch();
for (const [name, reach] of Object.entries(states)) {
    if (wanted.length && !wanted.includes(name)) continue;
    for (const [width, theme] of [[320, 'light'], [320, 'dark'], [768, 'light'], [1280, 'light'], [1280, 'dark']]) {
        const agent = await startFakeAgent({ types: [demo, call, workshop], times: someTimes() });
        const context = await browser.newContext({ viewport: { width, height: 800 }, locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce', colorScheme: theme });
        const page = await context.newPage();
        page.on('pageerror', error => console.log(name, 'page error:', error.message));
        page.on('console', message => message.type() === 'error' && console.log(name, 'console:', message.text()));
        try {
            await reach(page, agent);
            await page.screenshot({ path: `${folder}/${name}-${width}-${theme}.png`, fullPage: true });
        } catch (error) {
            console.log(name, width, theme, error.message);
            await page.screenshot({ path: `${folder}/${name}-${width}-${theme}-failed.png`, fullPage: true });
        }
        await context.close();
        await agent.stop();
    }
}
await browser.close();
