// What outlives a reload of the page, in this tab and nowhere else: the form, a submission under way, the booking made.
// Where the browser keeps nothing (a frame without storage), it lives as long as the page.

export function storageOf(window) {
    const memory = new Map();
    const inMemory = {
        getItem: name => memory.get(name) ?? null, setItem: (name, text) => memory.set(name, text), removeItem: name => memory.delete(name),
    };
    try {
        const storage = window.sessionStorage;
        storage.setItem('calendly-brevo', '1');
        storage.removeItem('calendly-brevo');
        return storage;
    } catch {
        return inMemory;
    }
}

export function makeDraft(storage, place) {
    const nameOf = part => `calendly-brevo:${place}:${part}`;
    const read = part => {
        try {
            return JSON.parse(storage.getItem(nameOf(part)));
        } catch {
            return null;
        }
    };
    const write = (part, value) => {
        try {
            if (value === null) storage.removeItem(nameOf(part));
            else storage.setItem(nameOf(part), JSON.stringify(value));
        } catch { /* full: the page goes on without */ }
    };
    return {
        /** {key, text, typeId, token} */
        pending: () => read('pending'),
        keepPending: pending => write('pending', pending),
        /** The agent's answer to the booking. */
        booking: () => read('booking'),
        keepBooking: booking => write('booking', booking),
        /** {typeId, start, zone, values} */
        form: () => read('form'),
        keepForm: form => write('form', form),
        clear: () => ['pending', 'booking', 'form'].forEach(part => write(part, null)),
    };
}
