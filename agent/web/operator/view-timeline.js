// What became of bookings, the newest first, as it happens. It stands still while somebody is in it.
import { el, icon, set } from './dom.js';
import { Feed } from './feed.js';
import { badge, button, foreign, renew, setText, time, whileBusy } from './parts.js';
import { statusWords } from './filters.js';
import { count, line, number } from './texts.js';
import { exact, span } from './times.js';

export const outcomes = {
    synced: ['Reached Brevo', 'good'], repeated: ['Repeated', 'calm'], quiet: ['Known, quiet', 'calm'],
    dead: ['Given up', 'bad'], left_alone: ['Left alone', 'calm'],
};
const stepWords = { link: 'Calendly’s link followed', contact: 'Contact written to Brevo', event: 'Event sent to Brevo' };

export class Timeline {
    #ask;
    #feed = new Feed();
    #rows = new Map();
    #filter = {};
    #generation = 0;
    #later = null;
    #reasons = new Set();

    /** ask(filter): a page of the timeline, of the connector and masked as it is wanted now. */
    constructor(ask) {
        this.#ask = ask;
        this.#build();
        // In it with the mouse, with the focus, or far down in it: then nothing moves.
        // The button for what is new belongs to it, or it would vanish under who reaches for it.
        const holds = {
            pointerenter: event => event.pointerType === 'mouse' && this.#hold('mouse', true), pointerleave: () => this.#hold('mouse', false),
            focusin: () => this.#hold('focus', true), focusout: event => this.#hold('focus', this.area.contains(event.relatedTarget)),
        };
        for (const [name, listen] of Object.entries(holds)) this.area.addEventListener(name, listen);
        addEventListener('scroll', () => this.#hold('scroll', this.list.getBoundingClientRect().top < 0), { passive: true });
    }

    #build() {
        this.person = el('input', { class: 'input', id: 'person', type: 'email', autocomplete: 'off', spellcheck: 'false', maxlength: 320 });
        this.outcome = el('select', { class: 'input', id: 'outcome', onchange: () => this.#choose() }, el('option', { value: '' }, 'All'),
            Object.entries(outcomes).map(([value, [words]]) => el('option', { value }, words)));
        this.news = button('', () => { this.#feed.showWaiting(); this.#show(); this.list.querySelector('button')?.focus(); }, { class: 'button is-small is-main', hidden: true });
        this.mode = el('p', { class: 'mode' });
        this.trouble = el('div', { role: 'alert' });
        this.list = el('ol', { class: 'rows', 'aria-label': 'Timeline, the newest first' });
        this.area = el('div', {}, el('div', { class: 'bar' }, this.mode, this.news), this.list);
        this.none = el('p', { class: 'empty', hidden: true });
        this.older = button('Older', event => whileBusy(event.currentTarget, () => this.#more()), { hidden: true });
        this.element = el('section', { id: 'timeline', 'aria-labelledby': 'timeline-heading', tabindex: '-1' },
            el('h2', { id: 'timeline-heading' }, 'Timeline'),
            el('form', { class: 'filter', role: 'search', 'aria-label': 'Timeline', onsubmit: event => { event.preventDefault(); this.#choose(); } },
                el('div', { class: 'field is-wide' }, el('label', { for: 'person' }, 'E-mail, in full'), this.person),
                el('div', { class: 'field' }, el('label', { for: 'outcome' }, 'Outcome'), this.outcome),
                el('button', { class: 'button', type: 'submit' }, 'Show'),
                button('Clear', () => { this.person.value = this.outcome.value = ''; this.#choose(); })),
            this.trouble, this.area, this.none, this.older);
    }

    /** Anew: another connector, masked or not. */
    async load() {
        const generation = ++this.#generation;
        this.#feed.clear();
        this.#gap(null);
        this.list.setAttribute('aria-busy', 'true');
        try {
            const page = await this.#ask(this.#filter);
            if (generation !== this.#generation) return;
            this.#feed.append(page.items, page.cursor === null);
            this.#failed(null);
        } catch (error) {
            if (generation === this.#generation) this.#failed(error);
        }
        this.list.removeAttribute('aria-busy');
        this.#show();
    }

    /** News of the connector that is shown. */
    hear(item) {
        if (this.#filter.person) return this.#askAgain();
        if (this.#filter.outcome && item.outcome !== this.#filter.outcome) return;
        this.#feed.push([item]);
        this.#show();
    }

    /** Something was left out of the news. */
    gap(message) { this.#gap(message); }

    #choose() {
        this.#filter = { person: this.person.value.trim(), outcome: this.outcome.value };
        this.load();
    }

    // Whom masked news are about only the agent knows.
    #askAgain() {
        this.#later ??= setTimeout(async () => {
            this.#later = null;
            const generation = this.#generation;
            const page = await this.#ask(this.#filter).catch(() => null);
            if (!page || generation !== this.#generation) return;
            this.#feed.push(page.items);
            this.#show();
        }, 1000);
    }

    async #more() {
        const generation = this.#generation;
        try {
            // A page may be empty and have others after it.
            for (let cursor = this.#feed.oldest; ;) {
                const page = await this.#ask({ ...this.#filter, cursor });
                if (generation !== this.#generation) return;
                this.#feed.append(page.items, page.cursor === null);
                if (page.items.length || page.cursor === null) break;
                cursor = page.cursor;
            }
            this.#failed(null);
        } catch (error) {
            this.#failed(error);
        }
        this.#show();
    }

    #hold(reason, isHeld) {
        const before = this.#reasons.size;
        if (isHeld) this.#reasons.add(reason);
        else this.#reasons.delete(reason);
        if (before === 0 && this.#reasons.size) this.#feed.freeze();
        if (before && this.#reasons.size === 0) this.#feed.release();
        if (before !== this.#reasons.size) this.#show();
    }

    #failed(error) {
        renew(this.trouble, error && el('p', { class: 'note is-bad' }, `The timeline could not be read: ${error.message} `, button('Try again', () => this.load(), { class: 'button is-small' })));
    }

    #gap(message) {
        this.gapNote?.remove();
        this.gapNote = message && el('p', { class: 'note is-warn', role: 'status' }, el('strong', {}, 'Gap. '), `${message} `, button('Read the list anew', () => this.load(), { class: 'button is-small' }));
        if (this.gapNote) this.trouble.after(this.gapNote);
    }

    #show() {
        const { items, news, isFrozen, isEndReached } = this.#feed;
        const wanted = items.map(item => this.#row(item));
        for (const [id] of this.#rows) if (!items.some(item => item.id === id)) this.#rows.delete(id);
        place(this.list, wanted);
        set(this.list, 'hidden', items.length === 0);
        const isFiltered = Boolean(this.#filter.person || this.#filter.outcome);
        set(this.none, 'hidden', items.length > 0 || this.list.hasAttribute('aria-busy'));
        setText(this.none, isFiltered ? 'Nothing of this kind is in the timeline.' : 'Nothing has happened yet. What becomes of a booking will stand here.');
        setText(this.mode, isFrozen ? 'Held still while you are in it' : 'Live');
        this.mode.classList.toggle('is-live', !isFrozen);
        set(this.news, 'hidden', news === 0);
        setText(this.news, `${number(news)} new`);
        set(this.older, 'hidden', isEndReached || items.length === 0);
    }

    #row(item) {
        const text = JSON.stringify(item), before = this.#rows.get(item.id);
        if (before?.text === text) return before.element;
        const element = rowOf(item, before?.element.querySelector('[aria-expanded=true]') !== undefined && before?.element.querySelector('[aria-expanded=true]') !== null);
        this.#rows.set(item.id, { text, element });
        return element;
    }
}

/** Only what is missing is put in, only what is too much is taken out: the rest is not touched, and keeps the focus. */
function place(list, wanted) {
    const kept = new Set(wanted);
    for (const child of [...list.children]) if (!kept.has(child)) child.remove();
    let next = list.firstElementChild;
    for (const element of wanted) {
        if (element === next) next = next.nextElementSibling;
        else list.insertBefore(element, next);
    }
}

function rowOf(item, isOpen) {
    const [words, tone] = outcomes[item.outcome] ?? [item.outcome, 'calm'];
    const details = el('div', { class: 'row-details', hidden: !isOpen });
    const fill = () => details.hasChildNodes() || details.append(...detailsOf(item));
    if (isOpen) fill();
    const toggle = el('button', {
        type: 'button', class: 'row-main', 'aria-expanded': String(isOpen), onclick: () => {
            fill();
            details.hidden = !details.hidden;
            toggle.setAttribute('aria-expanded', String(!details.hidden));
        },
    }, el('span', { class: 'row-time' }, time(item.committed_ms, 'moment'), ' ', el('small', {}, time(item.committed_ms, 'ago'))), badge(words, tone),
    el('span', { class: 'row-what' }, foreign(item.event, 80)), el('span', { class: 'row-who' }, item.person === null ? '(no e-mail)' : foreign(item.person, 80)),
    el('span', { class: 'row-took' }, el('span', { class: 'hidden' }, 'took '), span(Math.max(0, item.committed_ms - item.received_ms))), icon('right'));
    return el('li', { class: 'row', 'data-id': item.id }, toggle, details);
}

function detailsOf(item) {
    const fact = (name, value) => value && el('div', {}, el('dt', {}, name), el('dd', {}, value));
    return [
        item.reason && el('p', { class: 'note is-bad' }, el('bdi', {}, line(item.reason, 500))),
        el('dl', { class: 'facts-list' }, fact('Received', exact(item.received_ms)), fact('Settled', exact(item.committed_ms)),
            fact('Change', item.change_id && el('code', {}, line(item.change_id))), fact('Invitee', item.invitee && el('code', {}, line(item.invitee))), fact('Entry', el('code', {}, line(item.id)))),
        item.steps.length ? el('ol', { class: 'steps', 'aria-label': 'Steps' }, item.steps.map(stepOf)) : el('p', { class: 'muted' }, 'No call was made for it.'),
    ].filter(Boolean);
}

function stepOf({ kind, status, ms, attempts, left_out: leftOut = [] }) {
    const isWell = Number(status) >= 200 && Number(status) < 300;
    return el('li', {}, badge(statusWords(status), isWell ? 'good' : 'bad'), el('span', {}, stepWords[kind] ?? kind),
        el('span', { class: 'muted' }, `${span(ms)}, ${count(attempts, 'attempt')}`),
        leftOut.length > 0 && el('span', { class: 'muted' }, 'without ', foreign(leftOut.join(', '), 200)));
}
