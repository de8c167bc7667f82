// Dead letters: how many of which kind, each of them, and what is done with them.
import { el, set } from './dom.js';
import { describe, filterOf, isEmpty, statusWords, sumOf } from './filters.js';
import { badge, button, foreign, renew, setText, time, whileBusy } from './parts.js';
import { count, number, size } from './texts.js';
import { eventOf, personOf } from './view-letter.js';

export class DeadLetters {
    #calls;
    #filter = null; // null: only the groups are shown
    #rows = [];
    #cursor = null;
    #selected = new Set();
    #generation = 0;
    #counting = 0;
    #known = null;

    /**
     * calls: {groups(filter), list(filter, cursor), inspect(item, after), replay(selection), discard(selection)}; a selection is
     * {ids} or {filter}; the last two ask first, and promise true when something was done.
     */
    constructor(calls) {
        this.#calls = calls;
        this.#build();
    }

    #build() {
        this.summary = el('p', { class: 'muted' }, 'Asking…');
        this.groups = el('ul', { class: 'groups', 'aria-label': 'Dead letters by reason' });
        this.trouble = el('div', { role: 'alert' });
        this.reason = el('select', { class: 'input', id: 'dead-reason' });
        this.status = el('select', { class: 'input', id: 'dead-status' });
        this.hide = button('Hide the list', () => this.#choose(null), { hidden: true });
        this.q = el('input', { class: 'input', id: 'dead-q', autocomplete: 'off', spellcheck: 'false', maxlength: 200 });
        this.form = el('form', { class: 'filter', role: 'search', 'aria-label': 'Dead letters', onsubmit: event => { event.preventDefault(); this.#choose(this.#chosen()); } },
            el('div', { class: 'field' }, el('label', { for: 'dead-reason' }, 'Reason'), this.reason),
            el('div', { class: 'field' }, el('label', { for: 'dead-status' }, 'Answer'), this.status),
            el('div', { class: 'field is-wide' }, el('label', { for: 'dead-q' }, 'Contains'), this.q),
            el('button', { class: 'button', type: 'submit' }, 'Show'), this.hide);
        this.changed = el('p', { class: 'note', role: 'status', hidden: true });
        this.bulk = el('div', { class: 'bulk' });
        this.list = el('ul', { class: 'letters', 'aria-label': 'Dead letters, the newest first' });
        this.none = el('p', { class: 'empty', hidden: true });
        this.older = button('Older', event => whileBusy(event.currentTarget, () => this.#more()), { hidden: true });
        this.heading = el('h2', { id: 'dead-heading' }, 'Dead letters');
        this.details = el('div', { hidden: true }, this.changed, this.bulk, this.list, this.none, this.older);
        this.element = el('section', { id: 'dead', 'aria-labelledby': 'dead-heading', tabindex: '-1' },
            this.heading, this.trouble, this.summary, this.groups, this.form, this.details);
    }

    /** Anew: another connector, masked or not. */
    load(isOther) {
        this.#known = null;
        if (isOther) this.#filter = null;
        return this.#reload();
    }

    /** The status tells how many there are: where that has changed, the groups are counted again, and the list says so. */
    update({ dead_letters: { count: letters, since_ms: since } }) {
        const news = `${letters} ${since}`;
        if (this.#known === news) return;
        const isFirst = this.#known === null;
        this.#known = news;
        if (isFirst) return;
        this.#loadGroups();
        if (!this.#filter) return;
        renew(this.changed, 'There are others now. ', button('Read the list anew', () => this.#choose(this.#filter), { class: 'button is-small' }));
        set(this.changed, 'hidden', false);
    }

    #reload() {
        this.#failed(null);
        return Promise.all([this.#loadGroups(), this.#choose(this.#filter)]);
    }

    async #loadGroups() {
        const counting = ++this.#counting;
        try {
            const { items } = await this.#calls.groups({});
            if (counting === this.#counting) this.#showGroups(items);
        } catch (error) {
            if (counting === this.#counting) this.#failed(error);
        }
    }

    #showGroups(groups) {
        const all = sumOf(groups);
        setText(this.summary, all ? `${count(all, 'delivery', 'deliveries')} could not be synced and ${all === 1 ? 'waits' : 'wait'} here for somebody.` : 'None. Every delivery could be synced.');
        set(this.form, 'hidden', all === 0 && !this.#filter);
        renew(this.groups, groups.map(group => this.#group(group)));
        this.#options(this.reason, 'All reasons', [...new Set(groups.map(group => group.reason))], reason => reason);
        this.#options(this.status, 'All answers', [...new Set(groups.map(group => String(group.status)))], statusWords);
    }

    #options(select, all, values, words) {
        const before = select.value;
        select.replaceChildren(el('option', { value: '' }, all), ...values.map(value => el('option', { value }, foreignText(words(value)))));
        select.value = values.includes(before) ? before : '';
    }

    #group({ reason, status, count: letters, oldest_ms: oldest, newest_ms: newest }) {
        const filter = { reason, status: String(status) }, key = `${reason} ${status}`;
        const act = (name, text, run) => button(text, run, { class: 'button is-small', 'data-key': `${name} ${key}` });
        return el('li', { class: 'group' },
            el('span', { class: 'group-count' }, number(letters)),
            el('div', { class: 'group-what' }, el('p', {}, badge(statusWords(status), 'warn'), ' ', foreign(reason, 300)),
                el('p', { class: 'facts' }, letters > 1 && el('span', {}, 'The oldest ', time(oldest)), el('span', {}, letters > 1 ? 'The newest ' : 'Given up ', time(newest)))),
            el('div', { class: 'buttons' },
                act('show', 'Show', () => this.#choose(filter, true)),
                act('replay', letters === 1 ? 'Replay it…' : `Replay all ${number(letters)}…`, () => this.#act('replay', { filter })),
                act('discard', 'Discard…', () => this.#act('discard', { filter }))));
    }

    #chosen() { return filterOf({ reason: this.reason.value, status: this.status.value, q: this.q.value.trim() }); }

    async #choose(filter, isShown = false) {
        const generation = ++this.#generation;
        this.#filter = filter;
        this.#rows = [];
        this.#cursor = null;
        this.#selected.clear();
        set(this.changed, 'hidden', true);
        if (filter) [this.reason.value, this.status.value, this.q.value] = [filter.reason ?? '', filter.status ?? '', filter.q ?? ''];
        else this.list.replaceChildren();
        set(this.hide, 'hidden', filter === null);
        if (!filter) return set(this.details, 'hidden', true);
        await this.#read(generation, undefined);
        if (generation === this.#generation && isShown) this.bulk.querySelector('input')?.focus();
    }

    async #more() { await this.#read(this.#generation, this.#cursor); }

    /** A page; where it is empty and has others after it, the next one, too. */
    async #read(generation, cursor) {
        try {
            let page;
            do {
                page = await this.#calls.list(this.#filter, page?.cursor ?? cursor);
                if (generation !== this.#generation) return;
            } while (page.items.length === 0 && page.cursor !== null);
            if (cursor === undefined) this.list.replaceChildren();
            this.#rows.push(...page.items);
            this.#cursor = page.cursor;
            this.list.append(...page.items.map(item => this.#row(item)));
            this.#failed(null);
        } catch (error) {
            if (generation === this.#generation) this.#failed(error);
        }
        if (generation === this.#generation) this.#showList();
    }

    #showList() {
        set(this.details, 'hidden', this.#filter === null);
        set(this.list, 'hidden', this.#rows.length === 0);
        set(this.none, 'hidden', this.#rows.length > 0);
        setText(this.none, 'No dead letter is of this kind.');
        set(this.older, 'hidden', this.#cursor === null);
        this.#showBulk();
    }

    #showBulk() {
        const selected = this.#selected.size, isAll = selected > 0 && selected === this.#rows.length;
        const all = el('input', { type: 'checkbox', 'data-key': 'all', onchange: event => this.#selectAll(event.currentTarget.checked) });
        all.checked = isAll;
        all.indeterminate = selected > 0 && !isAll;
        const act = (name, text, selection, attributes = {}) => button(text, () => this.#act(name, selection()), { class: 'button is-small', 'data-key': `${name} ${text.replace(/[\d,]+/, '')}`, ...attributes });
        const ids = () => ({ ids: [...this.#selected] }), filter = () => ({ filter: this.#filter });
        const what = isEmpty(this.#filter) ? 'all of this connector' : 'all of this filter';
        renew(this.bulk,
            this.#rows.length > 0 && el('label', { class: 'check' }, all, ` Select the ${count(this.#rows.length, 'letter')} shown`),
            el('p', { class: 'muted' }, 'Filter: ', el('bdi', {}, foreignText(describe(this.#filter)))),
            selected > 0 && el('div', { class: 'buttons' }, act('replay', `Replay ${number(selected)} selected…`, ids), act('discard', `Discard ${number(selected)} selected…`, ids)),
            this.#rows.length > 0 && el('div', { class: 'buttons' }, act('replay', `Replay ${what}…`, filter), act('discard', `Discard ${what}…`, filter)));
    }

    #selectAll(isSelected) {
        for (const box of this.list.querySelectorAll('input[type=checkbox]')) box.checked = isSelected;
        this.#selected = new Set(isSelected ? this.#rows.map(item => item.id) : []);
        this.#showBulk();
    }

    #row(item) {
        const box = el('input', { type: 'checkbox', 'aria-label': `Select ${item.event ?? 'the delivery'} of ${item.person ?? 'nobody named'}, ${item.id}`, onchange: () => {
            if (box.checked) this.#selected.add(item.id);
            else this.#selected.delete(item.id);
            this.#showBulk();
        } });
        const replay = button('Replay', event => whileBusy(event.currentTarget, () => this.#act('replay', { ids: [item.id], isOne: true })), { class: 'button is-small' });
        return el('li', { class: 'letter', 'data-id': item.id }, el('label', { class: 'check' }, box),
            el('div', { class: 'letter-what' },
                el('p', {}, el('strong', {}, eventOf(item)), ' ', personOf(item)),
                el('p', {}, badge(statusWords(item.status), 'warn'), ' ', foreign(item.reason, 160)),
                el('p', { class: 'facts' }, el('span', {}, time(item.failed_ms)), el('span', {}, count(item.attempts, 'attempt')), el('span', {}, size(item.size)),
                    item.replays > 0 && badge(`replayed ${item.replays === 1 ? 'once' : `${number(item.replays)} times`}`, item.replays > 2 ? 'bad' : 'calm'),
                    item.superseded && badge('superseded: a later delivery was synced', 'good'))),
            el('div', { class: 'buttons' }, button('Inspect', () => this.#calls.inspect(item, () => this.#reload()), { class: 'button is-small' }), replay));
    }

    /** From elsewhere: all that there are. */
    replayAll() { return this.#act('replay', { filter: {} }); }

    async #act(name, selection) {
        const isDone = await this.#calls[name](selection);
        if (!isDone) return;
        await this.#reload();
        if (document.activeElement === document.body) this.element.focus();
    }

    #failed(error) {
        renew(this.trouble, error && el('p', { class: 'note is-bad' }, `The dead letters could not be read: ${error.message} `, button('Try again', () => this.#reload(), { class: 'button is-small' })));
    }
}

const foreignText = text => foreign(text, 200).textContent;
