// The agent's answers. A session that has ended is begun anew, and what was asked for is asked once more.
import { queryOf } from './filters.js';

/** The agent refused: its own words, and what they are about. */
export class Refusal extends Error {
    constructor(status, { code = 'unknown', message, field, count } = {}) {
        super(message ?? `The agent answered ${status}, and not in its own words: something between it and this page did.`);
        Object.assign(this, { status, code, field, count });
    }
}

/** There was no answer. */
export class Broken extends Error {
    constructor() { super('The agent does not answer.'); }
}

async function refusalIn(response) {
    const body = await response.json().catch(() => null);
    return new Refusal(response.status, body?.error);
}

export class Api {
    #askToken;
    #signingIn = null;

    /** askToken(signIn): resolves when the reader has signed in by signIn(token), which throws Refusal or Broken. */
    constructor(askToken) { this.#askToken = askToken; }

    status = () => this.#json('GET', '/status');
    timeline = (connector, filter) => this.#json('GET', this.#of(connector, 'timeline') + queryOf(filter));
    dead = (connector, filter) => this.#json('GET', this.#of(connector, 'dead') + queryOf(filter));
    groups = (connector, filter) => this.#json('GET', this.#of(connector, 'dead/groups') + queryOf(filter));
    letter = (connector, id, reveal) => this.#json('GET', this.#of(connector, `dead/${encodeURIComponent(id)}`) + queryOf({ reveal }));
    replay = (connector, selection) => this.#json('POST', this.#of(connector, 'dead/replay'), selection);
    discard = (connector, selection) => this.#json('POST', this.#of(connector, 'dead/discard'), selection);
    pause = (connector, reason) => this.#json('POST', this.#of(connector, 'pause'), { reason });
    resume = connector => this.#json('POST', this.#of(connector, 'resume'), {});
    repair = connector => this.#json('POST', this.#of(connector, 'subscription/repair'), {});
    reconcile = connector => this.#json('POST', this.#of(connector, 'reconcile'), {});

    /** Server-sent events: the response, whose body goes on. */
    live = (lastId, reveal, signal) => this.#call('GET', `/live${queryOf({ reveal })}`, undefined, { ...(lastId ? { 'Last-Event-ID': lastId } : {}), Accept: 'text/event-stream' }, signal);

    async signOut() {
        const response = await this.#send('DELETE', '/session');
        if (!response.ok) throw await refusalIn(response);
    }

    #of(connector, what) { return `/connectors/${encodeURIComponent(connector)}/${what}`; }

    async #json(method, path, body) {
        const response = await this.#call(method, path, body);
        return response.json().catch(() => { throw new Broken(); });
    }

    async #call(...request) {
        let response = await this.#send(...request);
        // Twice when the token was changed in between; 401 says that nothing was done.
        for (let tries = 0; response.status === 401 && tries < 2; tries++) {
            await this.#signIn();
            response = await this.#send(...request);
        }
        if (!response.ok) throw await refusalIn(response);
        return response;
    }

    async #send(method, path, body, headers = {}, signal = undefined) {
        try {
            return await fetch(`/api/v1${path}`, {
                method, signal, credentials: 'same-origin', cache: 'no-store', redirect: 'error',
                headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
                body: body === undefined ? undefined : JSON.stringify(body),
            });
        } catch (error) {
            if (signal?.aborted) throw error;
            throw new Broken();
        }
    }

    /** One sign-in for all who wait for it: by itself where no token is configured. */
    #signIn() {
        this.#signingIn ??= this.#begin({})
            .catch(error => {
                if (error.status !== 401) throw error;
                return this.#askToken(token => this.#begin({ token }));
            })
            .finally(() => { this.#signingIn = null; });
        return this.#signingIn;
    }

    async #begin(body) {
        const response = await this.#send('POST', '/session', body);
        if (!response.ok) throw await refusalIn(response);
    }
}
