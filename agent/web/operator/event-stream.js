// Server-sent events out of pieces of text, as the HTML standard reads them.
export class EventStream {
    #rest = '';
    #event = '';
    #data = [];
    #isFirst = true;
    lastId = '';

    /** The events that this piece completes: [{event, data, id}]. */
    read(text) {
        const events = [];
        if (this.#isFirst && text) {
            this.#isFirst = false;
            text = text.replace(/^\ufeff/, '');
        }
        this.#rest += text;
        for (;;) {
            // A CR at the end may be half of a CRLF.
            const end = /\r\n|\n|\r(?!$)/.exec(this.#rest);
            if (!end) return events;
            const event = this.#take(this.#rest.slice(0, end.index));
            this.#rest = this.#rest.slice(end.index + end[0].length);
            if (event) events.push(event);
        }
    }

    #take(line) {
        if (line === '') return this.#finish();
        const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line);
        if (field === 'event') this.#event = value;
        if (field === 'data') this.#data.push(value);
        if (field === 'id' && !value.includes('\0')) this.lastId = value;
        return null;
    }

    #finish() {
        const event = this.#data.length ? { event: this.#event || 'message', data: this.#data.join('\n'), id: this.lastId } : null;
        this.#event = '';
        this.#data = [];
        return event;
    }
}
