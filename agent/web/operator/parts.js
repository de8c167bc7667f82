// What several parts of the page are made of.
import { el, icon, set } from './dom.js';
import { line } from './texts.js';
import { ago, exact, moment } from './times.js';

const forms = {
    since: (ms, now) => `${moment(ms, now)} (${ago(ms, now)})`,
    ago,
    moment,
};

/** A moment that goes on counting: tick() keeps all of them right. */
export function time(ms, form = 'since', now = Date.now()) {
    return el('time', { datetime: new Date(ms).toISOString(), title: exact(ms), 'data-form': form }, forms[form](ms, now));
}

export function tick(root, now = Date.now()) {
    for (const element of root.querySelectorAll('time[data-form]')) {
        setText(element, forms[element.dataset.form](Date.parse(element.dateTime), now));
    }
}

/** Touches nothing that is right already: whoever selects or reads it is not disturbed. */
export function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
}

/** What others wrote, in one line; its writing direction stays its own. */
export const foreign = (text, limit) => el('bdi', { class: 'foreign' }, line(text, limit));

export const button = (text, onclick, attributes = {}) =>
    el('button', { type: 'button', class: 'button', onclick, ...attributes }, text);

/** While it runs the button says so, and cannot be pressed twice. */
export async function whileBusy(element, run) {
    if (element.getAttribute('aria-disabled') === 'true') return undefined;
    set(element, 'aria-disabled', 'true');
    element.classList.add('is-busy');
    try {
        return await run();
    } finally {
        set(element, 'aria-disabled', null);
        element.classList.remove('is-busy');
    }
}

export const badge = (text, tone = 'calm') => el('span', { class: `badge is-${tone}` }, text);

const toneIcons = { good: 'check', warn: 'alert', bad: 'cross', calm: 'clock' };
export const toneIcon = tone => icon(toneIcons[tone]);

/** Puts new children in; the focus stays on what has the same data-key. */
export function renew(element, ...children) {
    const key = element.contains(document.activeElement) ? document.activeElement.closest('[data-key]')?.dataset.key : undefined;
    element.replaceChildren(...children.flat().filter(Boolean));
    if (key !== undefined) [...element.querySelectorAll('[data-key]')].find(one => one.dataset.key === key)?.focus();
}

export const copy = text => button('Copy', async event => {
    const pressed = event.currentTarget;
    const isCopied = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    setText(pressed, isCopied ? 'Copied' : 'Not copied');
    setTimeout(() => setText(pressed, 'Copy'), 2000);
}, { class: 'button is-small', 'data-key': `copy ${text}`, 'aria-label': `Copy the command ${text}` });

export const command = text => el('span', { class: 'command' }, el('code', {}, text), copy(text));
