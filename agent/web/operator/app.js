// The page: what is known, who is told of it.
import { Actions } from './actions.js';
import { titleOf, worstFirst } from './answers.js';
import { Api, Broken } from './api.js';
import { askToken } from './dialogs.js';
import { el, icon, set } from './dom.js';
import { Live } from './live.js';
import { button, renew, setText, tick, time } from './parts.js';
import { line, visible } from './texts.js';
import { DeadLetters } from './view-dead.js';
import { Figures } from './view-figures.js';
import { Glance } from './view-glance.js';
import { showLetter } from './view-letter.js';
import { Timeline } from './view-timeline.js';

export class App {
    #root;
    #status = null;
    #name = null;
    #isRevealed = false;
    #isBuilt = false;

    constructor(root) {
        this.#root = root;
        this.api = new Api(signIn => askToken(signIn, { isAgain: this.#isBuilt }));
        this.live = new Live({
            open: (lastId, signal) => this.api.live(lastId, this.#isRevealed, signal),
            hear: event => this.#hear(event), tell: connection => this.#showConnection(connection),
        });
    }

    async start() {
        for (let tries = 0; !this.#status; tries++) {
            try {
                const status = await this.api.status();
                this.#build();
                this.#take(status);
            } catch (error) {
                await this.#showTrouble(error, Math.min(1000 * 2 ** tries, 10000));
            }
        }
        document.documentElement.dataset.ready = 'true';
        this.live.run();
        setInterval(() => this.#tick(), 5000);
        addEventListener('online', () => this.live.restart());
        await this.figures.load();
    }

    get #connector() { return this.#status.connectors.find(one => one.name === this.#name); }

    // Before there is anything to see.
    #showTrouble(error, pause) {
        document.title = 'No answer · calendly-brevo';
        return new Promise(done => {
            const timer = setTimeout(done, pause);
            const again = button('Try again now', () => { clearTimeout(timer); done(); }, { class: 'button is-main', 'data-key': 'again' });
            renew(this.#root, el('main', { class: 'alone' }, el('h1', {}, error instanceof Broken ? 'The agent does not answer' : 'The agent refused'),
                el('p', { role: 'alert' }, error instanceof Broken ? 'It is asked again by itself. Does it run? systemctl status calendly-brevo' : visible(error.message)), again));
        });
    }

    #build() {
        this.actions = new Actions({ api: this.api, connector: () => this.#name, say: (text, tone) => this.#say(text, tone) });
        this.glance = new Glance({
            pause: () => this.actions.pause(), resume: pressed => this.actions.resume(pressed), repair: () => this.actions.repair(),
            reconcile: pressed => this.actions.reconcile(pressed), replay: () => this.dead.replayAll(),
        });
        this.figures = new Figures();
        this.timeline = new Timeline(filter => this.api.timeline(this.#name, { ...filter, reveal: this.#isRevealed }));
        this.dead = new DeadLetters({
            groups: filter => this.api.groups(this.#name, filter),
            list: (filter, cursor) => this.api.dead(this.#name, { ...filter, cursor, reveal: this.#isRevealed }),
            inspect: (item, after) => this.#inspect(item, after),
            replay: selection => this.actions.replay(selection), discard: selection => this.actions.discard(selection),
        });
        this.select = el('select', { class: 'input', id: 'connector', onchange: () => this.#choose(this.select.value) });
        this.switch = el('div', { class: 'field is-inline', hidden: true }, el('label', { for: 'connector' }, 'Connector'), this.select);
        this.connection = el('p', { class: 'connection', role: 'status' });
        this.broken = el('div', { role: 'alert' });
        this.notices = el('div', { class: 'notices', role: 'status' });
        this.spoken = el('p', { class: 'hidden', role: 'status' });
        this.deadLink = el('a', { href: '#dead' }, 'Dead letters');
        this.parts = el('div', {}, this.glance.element, this.figures.element, this.dead.element, this.timeline.element);
        this.empty = el('section', { class: 'alone', hidden: true }, el('h2', {}, 'No connector is configured'),
            el('p', {}, 'The agent runs and has nothing to do. Add a connector to connector.yaml, or let it be written by: ', el('code', {}, 'calendly-brevo setup')));
        this.foot = el('span', {});
        const reveal = el('input', { type: 'checkbox', role: 'switch', id: 'reveal', onchange: event => this.#reveal(event.currentTarget.checked) });
        this.#root.replaceChildren(
            el('a', { class: 'skip', href: '#now' }, 'To what is now'),
            el('header', { class: 'top' }, el('h1', {}, 'calendly-brevo'), this.switch,
                el('nav', { 'aria-label': 'Parts of this page' }, el('a', { href: '#now' }, 'Now'), el('a', { href: '#figures' }, 'Charts'), this.deadLink, el('a', { href: '#timeline' }, 'Timeline')),
                this.connection, el('label', { class: 'check reveal' }, reveal, ' Show personal data')),
            el('main', {}, this.broken, this.notices, this.spoken, this.parts, this.empty),
            el('footer', {}, this.foot, el('button', { type: 'button', class: 'link', onclick: () => this.#signOut() }, 'Sign out')));
        this.#isBuilt = true;
    }

    #hear({ event, data }) {
        let news;
        try {
            news = JSON.parse(data);
        } catch {
            return;
        }
        if (event === 'verdict') this.#take(news);
        if (event === 'timeline' && news.connector === this.#name) this.timeline.hear(news.item);
        if (event === 'gap' && (news.connector === null || news.connector === this.#name)) this.timeline.gap(visible(news.message));
    }

    #take(status) {
        this.#status = status;
        const { connectors } = status;
        this.#showConnectors();
        set(this.parts, 'hidden', connectors.length === 0);
        set(this.empty, 'hidden', connectors.length > 0);
        this.#showAgents();
        if (connectors.length === 0) {
            this.#name = null;
            document.title = 'No connector · calendly-brevo';
            return;
        }
        const wanted = this.#name ?? new URLSearchParams(location.search).get('connector');
        const connector = connectors.find(one => one.name === wanted) ?? worstFirst(connectors)[0];
        if (connector.name !== this.#name) return this.#choose(connector.name);
        this.#show();
    }

    #choose(name) {
        this.#name = name;
        const address = new URL(location.href);
        address.searchParams.set('connector', name);
        if (this.#status.connectors.length > 1) history.replaceState(null, '', address);
        this.select.value = name;
        this.#show();
        this.timeline.load();
        this.dead.load(true);
    }

    #show() {
        const connector = this.#connector;
        document.title = titleOf(this.#status, { ...connector, name: line(connector.name, 60) });
        this.glance.update(connector);
        this.figures.update(connector.rates);
        this.dead.update(connector);
        const letters = connector.dead_letters.count;
        setText(this.deadLink, letters ? `Dead letters (${new Intl.NumberFormat('en-GB').format(letters)})` : 'Dead letters');
        this.#speak(connector);
    }

    // Only what changes the verdict is spoken, not each figure in its sentence.
    #speak({ name, verdict, sentence }) {
        const key = `${name} ${verdict}`;
        if (this.spokenKey === key) return;
        this.spokenKey = key;
        setText(this.spoken, `${verdict}: ${visible(sentence)}`);
    }

    #showConnectors() {
        const { connectors } = this.#status;
        set(this.switch, 'hidden', connectors.length < 2);
        const text = connectors.map(({ name, verdict }) => `${name} ${verdict}`).join('\n');
        if (this.shownConnectors === text) return;
        this.shownConnectors = text;
        this.select.replaceChildren(...worstFirst(connectors).map(({ name, verdict }) => el('option', { value: name }, `${line(name, 60)}: ${verdict}`)));
        if (this.#name) this.select.value = this.#name;
    }

    #showAgents() {
        const { agents, version, revision } = this.#status;
        const text = JSON.stringify([agents.map(agent => agent.name), version, revision]);
        if (this.shownAgents !== text) {
            this.shownAgents = text;
            renew(this.foot, `Version ${line(version, 40)}${revision ? ` (${line(revision, 12)})` : ''}. `, agents.length === 1 ? 'Agent: ' : 'Agents: ',
                ...agents.flatMap(agent => [el('span', { class: 'agent' }, el('bdi', {}, line(agent.name, 60)), agent.version === version ? '' : ` (version ${line(agent.version, 40)})`, ', seen ', time(agent.seen_ms, 'ago'), '. ')]));
            return;
        }
        const times = this.foot.querySelectorAll('time');
        agents.forEach((agent, at) => { times[at].dateTime = new Date(agent.seen_ms).toISOString(); });
    }

    #showConnection({ state, since, message }) {
        const key = `${state} ${since} ${message}`;
        if (this.shownConnection === key) return;
        this.shownConnection = key;
        const isLive = state === 'live';
        document.documentElement.dataset.connection = state;
        renew(this.connection, icon(isLive ? 'check' : 'alert'), isLive ? 'Live' : 'No connection');
        this.connection.classList.toggle('is-bad', !isLive);
        renew(this.broken, !isLive && el('div', { class: 'note is-bad' },
            el('p', {}, el('strong', {}, 'No connection to the agent'), ' since ', time(since), '. What you see is as it was then. It is tried again by itself.', message ? ` It said: ${visible(message)}` : ''),
            button('Try now', () => this.live.restart(), { class: 'button is-small', 'data-key': 'try' })));
        if (!isLive) document.title = 'No connection · calendly-brevo';
        else if (this.#status?.connectors.length) this.#show();
    }

    #inspect(item, after) {
        const connector = this.#name;
        const done = async (isDone) => {
            if (isDone) await after();
            return isDone;
        };
        return showLetter({
            item, connector, load: () => this.api.letter(connector, item.id, this.#isRevealed), back: () => this.dead.element.focus({ preventScroll: true }),
            actions: {
                replay: async () => done(await this.actions.replay({ ids: [item.id], isOne: true })),
                discard: async () => done(await this.actions.discard({ ids: [item.id] })),
            },
        });
    }

    #reveal(isRevealed) {
        this.#isRevealed = isRevealed;
        this.live.restart();
        if (!this.#name) return;
        this.timeline.load();
        this.dead.load(false);
    }

    /** What was done, or why not; it stays until it is put away. */
    #say(text, tone = 'good') {
        const notice = el('div', { class: `note is-${tone}` }, el('p', {}, visible(text)), button('Dismiss', () => {
            notice.remove();
            this.glance.element.focus({ preventScroll: true });
        }, { class: 'button is-small' }));
        this.notices.prepend(notice);
        for (const old of [...this.notices.children].slice(3)) old.remove();
    }

    async #signOut() {
        try {
            await this.api.signOut();
        } catch (error) {
            return this.#say(`You are not signed out: ${error.message}`, 'bad');
        }
        document.documentElement.dataset.ready = 'signed-out';
        location.reload();
    }

    #tick() {
        tick(this.#root);
        if (this.#connector) this.glance.update(this.#connector);
    }
}
