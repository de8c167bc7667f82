// The timeline as it is read: the newest first, each once; what arrives while somebody reads it waits.

/** Of ids as Redis makes them, "<ms>-<n>": the newer one first. */
export function newerFirst(a, b) {
    const [aTime, aNumber = '0'] = a.split('-'), [bTime, bNumber = '0'] = b.split('-');
    return bTime.length - aTime.length || (aTime < bTime ? 1 : aTime > bTime ? -1 : 0) || Number(bNumber) - Number(aNumber);
}

/** Both lists as one; of two with one id the second list's. */
export function merged(one, other) {
    const byId = new Map([...one, ...other].map(item => [item.id, item]));
    return [...byId.values()].sort((a, b) => newerFirst(a.id, b.id));
}

export class Feed {
    #limit;

    constructor(limit = 500) {
        this.#limit = limit;
        this.clear();
    }

    clear() {
        this.items = [];
        this.waiting = [];
        this.isEndReached = false;
        this.isFrozen ??= false;
    }

    /** News: shown at once, or kept while somebody reads. */
    push(items) {
        if (this.isFrozen) this.waiting = merged(this.waiting, items).slice(0, this.#limit);
        else this.#show(items);
    }

    /** A page of older ones, asked for: never kept back. */
    append(items, isLast) {
        this.items = merged(this.items, items);
        this.isEndReached = isLast;
    }

    freeze() { this.isFrozen = true; }

    release() {
        this.isFrozen = false;
        this.showWaiting();
    }

    showWaiting() {
        const items = this.waiting;
        this.waiting = [];
        this.#show(items);
    }

    /** How many are new to the reader. */
    get news() {
        const known = new Set(this.items.map(item => item.id));
        return this.waiting.filter(item => !known.has(item.id)).length;
    }

    /** What older ones are asked for with. */
    get oldest() { return this.items.at(-1)?.id; }

    #show(items) {
        // As many as the reader asked for stay.
        const limit = Math.max(this.#limit, this.items.length), all = merged(this.items, items);
        this.items = all.slice(0, limit);
        if (all.length > limit) this.isEndReached = false;
    }
}
