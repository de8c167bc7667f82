// Calls to the agent. An answer is {status, body, retryAfter, date}; status 0 when none came.

const seconds = text => /^\d+$/.test(text ?? '') ? Number(text) : null;

/** A client of the agent at this address; `fetch` and the time it may take are the caller's. */
export function makeApi(base, fetch, { patience = 45000 } = {}) {
    async function call(method, path, { body, headers = {} } = {}) {
        const stop = new AbortController();
        const timer = setTimeout(() => stop.abort(), patience);
        try {
            const answer = await fetch(base + path, {
                method, signal: stop.signal, cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer',
                headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
                body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
            });
            const text = await answer.text();
            return {
                status: answer.status, body: parsed(text), retryAfter: seconds(answer.headers.get('Retry-After')),
                date: Date.parse(answer.headers.get('Date') ?? ''),
            };
        } catch {
            return { status: 0, body: null, retryAfter: null, date: NaN };
        } finally {
            clearTimeout(timer);
        }
    }
    const query = parameters => new URLSearchParams(parameters).toString();
    return {
        eventTypes: connector => call('GET', `event-types?${query({ connector })}`),
        availableTimes: (type, from, to) => call('GET', `available-times?${query({
            event_type: type, start: new Date(from).toISOString(), end: new Date(to).toISOString(),
        })}`),
        formToken: type => call('GET', `form-token?${query({ event_type: type })}`),
        /** `text` is the body to the letter: a repetition must be the same. */
        book: (text, key, token, captcha) => call('POST', 'bookings', {
            body: text, headers: { 'Idempotency-Key': key, 'X-Form-Token': token, ...captcha && { 'X-Captcha-Response': captcha } },
        }),
        cancel: (id, token) => call('POST', `bookings/${encodeURIComponent(id)}/cancel`, { body: { cancel_token: token } }),
    };
}

function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return null;
    }
}

export const isGood = answer => answer.status >= 200 && answer.status < 300;

const codes = { 400: 'invalid', 403: 'forbidden', 404: 'not_bookable', 409: 'taken', 413: 'invalid', 422: 'invalid', 429: 'limited' };

/** What went wrong, of an answer that is not good: {code, field, message, alternatives, schedulingUrl, retryAfter}. */
export function troubleOf(answer) {
    const error = answer.body?.error ?? {};
    const isCaptcha = error.code === 'forbidden' && error.field === 'X-Captcha-Response';
    const code = isCaptcha ? 'captcha' : error.code ?? codes[answer.status] ?? (answer.status === 0 ? 'unreachable' : 'unavailable');
    return {
        code, field: error.field ?? null, message: typeof error.message === 'string' ? error.message : '',
        alternatives: (error.alternatives ?? []).map(({ start }) => Date.parse(start)).filter(at => !Number.isNaN(at)),
        schedulingUrl: webAddress(error.scheduling_url) ?? webAddress(error.cancel_url), retryAfter: answer.retryAfter,
    };
}

/** An address that may stand in a link, or null: never javascript: and the like. */
export function webAddress(text) {
    try {
        const url = new URL(text);
        return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
    } catch {
        return null;
    }
}
