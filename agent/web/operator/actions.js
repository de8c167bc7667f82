// What the buttons do: each says what it is about to do before it does it, and afterwards what it did.
import { ask } from './dialogs.js';
import { el } from './dom.js';
import { describe, filterOf, sumOf } from './filters.js';
import { whileBusy } from './parts.js';
import { fileName, save } from './save.js';
import { count, line, number } from './texts.js';

const letters = n => count(n, 'dead letter');

export class Actions {
    #api;
    #connector;
    #say;

    /** connector(): the name of the one that is shown; say(text, tone). */
    constructor({ api, connector, say }) {
        this.#api = api;
        this.#connector = connector;
        this.#say = say;
    }

    pause() {
        const connector = this.#connector();
        return ask({
            title: `Pause ${line(connector, 60)}?`, confirm: 'Pause',
            content: [el('p', {}, 'Nothing new is consumed until somebody resumes. Deliveries are still accepted and kept; the alarm about their age stays on.')],
            field: { label: 'Why? Everybody sees it.', limit: 200, missing: 'Say why: whoever finds it paused will ask.' },
            run: async reason => {
                await this.#api.pause(connector, reason);
                this.#say('Paused. Deliveries are kept until somebody resumes.');
                return true;
            },
        });
    }

    resume(pressed) {
        return this.#do(pressed, async connector => {
            await this.#api.resume(connector);
            this.#say('Resumed: what waited is worked on now.');
        });
    }

    reconcile(pressed) {
        return this.#do(pressed, async connector => {
            await this.#api.reconcile(connector);
            this.#say('The reconciliation has begun. What no webhook told of appears in the timeline.');
        });
    }

    repair() {
        const connector = this.#connector();
        return ask({
            title: 'Repair the subscription?', confirm: 'Repair',
            content: [el('p', {}, 'What is missing or wrong at Calendly is made right: the new subscription first, then the old one is deleted. Nothing is lost in between.')],
            run: async () => {
                const { state, changes } = await this.#api.repair(connector);
                this.#say([...changes, `The subscription is ${state === 'ok' ? 'as it should be' : `still ${state}`}.`].join(' '), state === 'ok' ? 'good' : 'warn');
                return true;
            },
        });
    }

    /** selection: {ids, isOne} or {filter}. One is not asked about: it does no harm. */
    async replay({ ids, isOne, filter }) {
        const connector = this.#connector();
        const send = async selection => {
            const { replayed, missing } = await this.#api.replay(connector, selection);
            this.#say(`${letters(replayed)} ${replayed === 1 ? 'was' : 'were'} put back into the queue.${this.#missing(missing)}`, missing.length ? 'warn' : 'good');
            return true;
        };
        if (isOne) return send({ ids }).catch(error => this.#failed(error));
        return this.#askAbout('Replay', connector, { ids, filter }, {
            text: 'They go back into the queue and are worked on like new deliveries. What Brevo has already is not sent twice.', run: send,
        });
    }

    discard({ ids, filter }) {
        const connector = this.#connector();
        return this.#askAbout('Discard', connector, { ids, filter }, {
            text: 'They are removed for good. A file with all of them, bodies and personal data included, is saved here first.', isDangerous: true,
            confirm: n => `Save and discard ${number(n)}`,
            run: async selection => {
                const { items } = await this.#api.discard(connector, { ...selection, dry_run: true });
                save(fileName('dead', connector), `${JSON.stringify(items, null, 1)}\n`);
                const { discarded, missing } = await this.#api.discard(connector, selection);
                this.#say(`${letters(discarded)} ${discarded === 1 ? 'was' : 'were'} saved and discarded.${this.#missing(missing)}`, missing.length ? 'warn' : 'good');
                return true;
            },
        });
    }

    async #askAbout(verb, connector, { ids, filter }, { text, isDangerous, confirm = n => `${verb} ${number(n)}`, run }) {
        let expected;
        try {
            expected = ids ? ids.length : sumOf((await this.#api.groups(connector, filterOf(filter))).items);
        } catch (error) {
            return this.#failed(error);
        }
        if (expected === 0) {
            this.#say(`There is nothing to ${verb.toLowerCase()} any more.`, 'warn');
            return true;
        }
        const title = n => `${verb} ${letters(n)}?`;
        return ask({
            title: title(expected), confirm: confirm(expected), isDangerous,
            content: [
                el('dl', { class: 'facts-list' }, el('div', {}, el('dt', {}, 'Connector'), el('dd', {}, el('bdi', {}, line(connector, 100)))),
                    el('div', {}, el('dt', {}, ids ? 'Which' : 'Filter'), el('dd', {}, el('bdi', {}, ids ? 'those that are selected' : line(describe(filter), 500))))),
                el('p', {}, text),
            ],
            run: async () => {
                try {
                    return await run(ids ? { ids } : { filter: filterOf(filter), expect: expected });
                } catch (error) {
                    if (error.code !== 'count_changed') throw error;
                    const before = expected;
                    expected = error.count;
                    throw { changed: { title: title(expected), confirm: confirm(expected), text: `There are ${number(expected)} now, not ${number(before)}. Nothing was done.` } };
                }
            },
        });
    }

    #missing(missing) { return missing.length ? ` ${number(missing.length)} ${missing.length === 1 ? 'was' : 'were'} not there any more.` : ''; }

    #failed(error) {
        this.#say(`That was not done: ${error.message}`, 'bad');
        return null;
    }

    #do(pressed, run) {
        return whileBusy(pressed, () => run(this.#connector()).catch(error => this.#failed(error)));
    }
}
