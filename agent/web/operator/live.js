// The agent's news as they happen. A connection that breaks or falls silent is made anew, and goes on where it was.
import { EventStream } from './event-stream.js';

const pauses = [500, 1000, 2000, 5000, 10000];
const patience = 40000; // the agent says something every 15 seconds

export class Live {
    #open;
    #hear;
    #tell;
    #lastId = '';
    #failures = 0;
    #since = 0;
    #attempt = null;
    #wake = null;

    /** open(lastId, signal): a Response; hear({event, data, id}); tell({state: 'live'|'broken', since, message?}). */
    constructor({ open, hear, tell }) {
        this.#open = open;
        this.#hear = hear;
        this.#tell = tell;
    }

    async run() {
        for (;;) {
            const attempt = this.#attempt = new AbortController();
            attempt.message = '';
            try {
                await this.#listen(attempt);
            } catch (error) {
                attempt.message = error.status ? error.message : '';
            }
            if (attempt.isRestart) continue;
            this.#since ||= Date.now();
            this.#tell({ state: 'broken', since: this.#since, message: attempt.message });
            await this.#rest(pauses[Math.min(this.#failures++, pauses.length - 1)]);
        }
    }

    /** Opens anew at once: what is asked for has changed, or the reader does not want to wait. */
    restart() {
        if (this.#attempt) this.#attempt.isRestart = true;
        this.#attempt?.abort();
        this.#wake?.();
    }

    async #listen(attempt) {
        const response = await this.#open(this.#lastId, attempt.signal);
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        const stream = new EventStream();
        stream.lastId = this.#lastId;
        for (;;) {
            const silence = setTimeout(() => attempt.abort(), patience);
            const { value, done } = await reader.read().finally(() => clearTimeout(silence));
            if (done) return;
            if (attempt.signal.aborted) return;
            this.#failures = 0;
            this.#since = 0;
            this.#tell({ state: 'live' });
            for (const event of stream.read(value)) this.#hear(event);
            this.#lastId = stream.lastId;
        }
    }

    #rest(ms) {
        return new Promise(done => {
            const timer = setTimeout(done, ms);
            this.#wake = () => {
                clearTimeout(timer);
                done();
            };
        }).finally(() => { this.#wake = null; });
    }
}
