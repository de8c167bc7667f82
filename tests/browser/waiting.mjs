// What tests ask a page, and how they wait for it.
import assert from 'node:assert/strict';

/** The text of what has the focus: its label, or its content. */
export const focused = page => page.evaluate(() => {
    const element = document.activeElement;
    return element === document.body ? 'body' : element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent;
});

/** Waits until the condition holds; says what for when it does not. */
export async function until(what, condition, patience = 20000) {
    const end = Date.now() + patience;
    while (!await condition()) {
        if (Date.now() > end) assert.fail(`waited for: ${what}`);
        await new Promise(done => setTimeout(done, 20));
    }
}

/** The content of the file that this saves. */
export async function saved(page, act) {
    const [download] = await Promise.all([page.waitForEvent('download'), act()]);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    return { name: download.suggestedFilename(), content: Buffer.concat(chunks) };
}
