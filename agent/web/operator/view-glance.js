// One look: the verdict, the six answers, what is wrong and what mends it.
import { el } from './dom.js';
import { answersOn, verdictWords } from './answers.js';
import { badge, button, command, renew, setText, time, toneIcon } from './parts.js';
import { count, line, visible } from './texts.js';

const tones = { healthy: 'good', degraded: 'warn', unhealthy: 'bad' };
const buttons = { resume: 'Resume', repair: 'Repair the subscription…', replay: 'Replay all dead letters…', reconcile: 'Reconcile now' };

export class Glance {
    #actions;
    #shown = {};
    #tiles = new Map();

    /** actions: {resume, pause, repair, replay, reconcile}, each called with the button that was pressed. */
    constructor(actions) {
        this.#actions = actions;
        this.verdict = el('div', { class: 'verdict' });
        this.pause = el('div', {});
        this.answers = el('dl', { class: 'answers' });
        this.problems = el('ul', { class: 'problems', 'aria-label': 'What is wrong' });
        this.tools = el('div', { class: 'buttons tools' });
        this.element = el('section', { id: 'now', 'aria-labelledby': 'now-heading', tabindex: '-1' },
            el('h2', { id: 'now-heading', class: 'hidden' }, 'Now'), this.verdict, this.pause, this.answers, this.problems, this.tools);
    }

    update(connector, now = Date.now()) {
        this.#when('verdict', [connector.verdict, connector.sentence, connector.since_ms], () => this.#showVerdict(connector));
        this.#when('pause', connector.paused, () => this.#showPause(connector.paused));
        this.#when('problems', connector.problems, () => renew(this.problems, connector.problems.map(problem => this.#problem(problem))));
        this.#when('tools', [connector.paused.paused, connector.subscription.state], () => this.#showTools(connector));
        for (const answer of answersOn(connector, now)) this.#showAnswer(answer);
    }

    /** The same again touches nothing: whoever reads, or is about to press, is left alone. */
    #when(part, value, show) {
        const text = JSON.stringify(value);
        if (this.#shown[part] === text) return;
        this.#shown[part] = text;
        show();
    }

    #showVerdict({ verdict, sentence, since_ms: since }) {
        const tone = tones[verdict];
        this.verdict.className = `verdict is-${tone}`;
        renew(this.verdict, toneIcon(tone), el('div', {},
            el('p', { class: 'verdict-word' }, verdictWords[verdict] ?? verdict),
            el('p', { class: 'verdict-sentence' }, visible(sentence)),
            el('p', { class: 'verdict-since' }, `${verdict} since `, time(since))));
    }

    #showPause(paused) {
        renew(this.pause, paused.paused && el('div', { class: 'note is-warn' },
            el('p', {}, el('strong', {}, 'Paused'), ' by ', el('bdi', {}, line(paused.by)), ' since ', time(paused.since_ms), ': ', el('bdi', {}, line(paused.reason, 200))),
            button('Resume', event => this.#actions.resume(event.currentTarget), { class: 'button is-small', 'data-key': 'pause resume' })));
    }

    #problem({ id, severity, sentence, since_ms: since, waits, fix }) {
        const facts = [since !== null && el('span', {}, 'Since ', time(since)), waits !== null && el('span', {}, `${count(waits, 'booking')} ${waits === 1 ? 'waits' : 'wait'}`)].filter(Boolean);
        return el('li', { class: `problem is-${severity === 'fail' ? 'bad' : 'warn'}`, 'data-id': id },
            el('div', { class: 'problem-head' }, badge(severity === 'fail' ? 'Failure' : 'Warning', severity === 'fail' ? 'bad' : 'warn'), el('p', { class: 'problem-sentence' }, visible(sentence))),
            facts.length > 0 && el('p', { class: 'facts' }, facts),
            el('div', { class: 'fix' }, el('p', {}, visible(fix.text)), el('div', { class: 'buttons' },
                fix.action && button(buttons[fix.action], event => this.#actions[fix.action](event.currentTarget), { class: 'button is-main', 'data-key': `${id} ${fix.action}` }),
                fix.command && command(fix.command))));
    }

    #showTools({ paused, subscription }) {
        const tool = (name, text) => button(text, event => this.#actions[name](event.currentTarget), { 'data-key': name === 'resume' ? 'pause' : name });
        renew(this.tools, paused.paused ? tool('resume', 'Resume') : tool('pause', 'Pause…'),
            subscription.state !== 'unwatched' && tool('repair', 'Repair the subscription…'), tool('reconcile', 'Reconcile now'));
    }

    #showAnswer({ id, question, tone, answer, detail = '', since, sinceWords = 'Since' }) {
        let tile = this.#tiles.get(id);
        if (!tile) {
            tile = { icon: el('span', { class: 'answer-icon' }), text: el('span', {}), detail: el('span', { class: 'answer-detail' }), since: el('span', { class: 'answer-detail' }) };
            tile.element = el('div', { class: 'answer', 'data-answer': id }, el('dt', {}, question),
                el('dd', {}, el('span', { class: 'answer-word' }, tile.icon, id === 'dead' ? el('a', { href: '#dead' }, tile.text) : tile.text), tile.since, tile.detail));
            this.#tiles.set(id, tile);
            this.answers.append(tile.element);
        }
        tile.element.className = `answer is-${tone}`;
        if (tile.tone !== tone) tile.icon.replaceChildren(toneIcon(tone));
        tile.tone = tone;
        setText(tile.text, answer);
        setText(tile.detail, visible(detail));
        if (tile.sinceMs !== since) tile.since.replaceChildren(...(since ? [`${sinceWords} `, time(since)] : []));
        tile.sinceMs = since;
    }
}
