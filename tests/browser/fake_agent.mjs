// An agent that answers as the contract of the scheduling API says, and is put into any state by the test that owns it:
// times that go, answers that are lost or late, every refusal. It serves the page's own files, and refuses a booking that
// the real agent would refuse.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const assets = fileURLToPath(new URL('../../agent/web/assets/', import.meta.url));
const kinds = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' };
const hour = 3600000;

export const demo = {
    id: 'AAAA1111', name: 'Product demo', description: 'We show you how it works,\nand answer what you ask.', duration_minutes: 45,
    kind: 'solo', pooling: null, color: '#0a7f6f', scheduling_url: 'https://calendly.com/acme/demo',
    locations: [{ kind: 'zoom_conference', needs: null }],
    questions: [
        { position: 0, text: 'What would you like to see?', type: 'text', required: false, choices: [], other: false },
        { position: 1, text: 'How many people are you?', type: 'single_select', required: true, choices: ['1 to 10', '11 to 100', 'more'], other: true },
        { position: 2, text: 'Which topics?', type: 'multi_select', required: false, choices: ['Contacts', 'Events', 'Lists'], other: false },
        { position: 3, text: 'Your phone', type: 'phone_number', required: false, choices: [], other: false },
        { position: 4, text: 'Terms', type: 'single_select', required: true, choices: ['I agree to the terms'], other: false },
    ],
};
export const call = {
    id: 'BBBB2222', name: 'Discovery call', description: 'Twenty minutes on the phone.', duration_minutes: 20, kind: 'solo',
    pooling: null, color: '#8247f5', scheduling_url: 'https://calendly.com/acme/call', questions: [],
    locations: [{ kind: 'outbound_call', needs: 'phone' }, { kind: 'google_conference', needs: null }],
};
export const workshop = {
    id: 'CCCC3333', name: 'Workshop', description: '', duration_minutes: 120, kind: 'group', pooling: null, color: '#e55cff',
    scheduling_url: 'https://calendly.com/acme/workshop', locations: [{ kind: 'physical', location: 'Hauptstraße 1, 10115 Berlin', needs: null }], questions: [],
};

/** Every half hour from 09:00 to 12:00 UTC, on days `from` to `from + days` after today. */
export function someTimes({ from = 2, days = 20, first = 9, last = 12, now = Date.now() } = {}) {
    const times = [], today = Math.floor(now / (24 * hour)) * 24 * hour;
    for (let day = from; day < from + days; day++) {
        for (let at = first; at < last; at += 0.5) times.push(today + day * 24 * hour + at * hour);
    }
    return times;
}

const iso = at => new Date(at).toISOString().replace('.000Z', 'Z');

export async function startFakeAgent({ types = [demo], times = someTimes(), allowOrigins = [] } = {}) {
    const state = {
        types, times: [...times], bookings: new Map(), byKey: new Map(), calls: [], bytes: 0, faults: [], minimumAge: 3000,
        tokens: new Map(), remaining: 1, allowOrigins, captcha: null, // a response that passes

    };

    const error = (code, message, more = {}) => ({ error: { code, message, ...more } });

    function availableTimes(query) {
        const type = state.types.find(one => one.id === query.get('event_type'));
        if (!type) return [404, error('not_bookable', 'This cannot be booked here.')];
        const start = Date.parse(query.get('start')), end = Date.parse(query.get('end'));
        if (!(end > start) || end - start > 93 * 24 * hour) return [422, error('invalid', 'At most 93 days.', { field: 'end' })];
        const offered = state.times.filter(at => at > Date.now() && at >= start && at < end);
        return [200, { times: offered.map(at => ({ start: iso(at), remaining: state.remaining })), until: iso(end) }];
    }

    function formToken(query) {
        if (!state.types.some(one => one.id === query.get('event_type'))) return [404, error('not_bookable', 'This cannot be booked here.')];
        const token = randomBytes(12).toString('hex'), now = Date.now();
        state.tokens.set(token, { notBefore: now + state.minimumAge, expires: now + 2 * hour, key: null });
        return [200, { ...state.captcha && { captcha: true }, token, not_before: new Date(now + state.minimumAge).toISOString(), expires: new Date(now + 2 * hour).toISOString() }];
    }

    function problemOf(body, type) {
        const known = ['event_type', 'start', 'name', 'first_name', 'last_name', 'email', 'timezone', 'location', 'answers', 'guests',
            'text_reminder_number', 'utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'];
        const unknown = Object.keys(body).find(name => !known.includes(name));
        if (unknown) return [unknown, 'There is no such member.'];
        if (!body.name && !(body.first_name && body.last_name)) return ['name', 'A name is needed.'];
        if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(body.email ?? '')) return ['email', 'This is no e-mail address.'];
        try {
            new Intl.DateTimeFormat('en', { timeZone: body.timezone });
        } catch {
            return ['timezone', 'There is no such time zone.'];
        }
        for (const { position, text } of body.answers) {
            const question = type.questions.find(one => one.position === position);
            if (!question) return [`answers[${position}]`, 'There is no such question.'];
            if (text.length === 0) return [`answers[${position}]`, 'An answer cannot be empty.'];
            const texts = [text].flat();
            if (question.choices.length && !question.other && !texts.every(one => question.choices.includes(one))) return [`answers[${position}]`, 'That is none of the choices.'];
            if (question.type === 'phone_number' && !/^\+[1-9]\d{6,14}$/.test(text)) return [`answers[${position}]`, 'The number needs its country code.'];
        }
        const missing = type.questions.find(one => one.required && !body.answers.some(answer => answer.position === one.position));
        if (missing) return [`answers[${missing.position}]`, 'This question needs an answer.'];
        const location = type.locations.find(one => one.kind === body.location?.kind);
        if (type.locations.length && type.pooling !== 'round_robin' && !location) return ['location', 'A place is needed.'];
        if (location?.needs === 'phone' && !/^\+[1-9]\d{6,14}$/.test(body.location.location ?? '')) return ['location', 'The number needs its country code.'];
        if ((body.guests ?? []).length > 10) return ['guests', 'At most 10.'];
        return null;
    }

    function book(text, headers) {
        let body;
        try {
            body = JSON.parse(text);
        } catch {
            return [400, error('invalid', 'The body is no JSON.')];
        }
        const key = headers['idempotency-key'] ?? '';
        if (!/^[\x21-\x7e]{16,64}$/.test(key)) return [422, error('invalid', 'A key of 16 to 64 characters is needed.', { field: 'Idempotency-Key' })];
        const before = state.byKey.get(key);
        if (before) return before.text === text ? before.answer : [422, error('invalid', 'The key was used with another body.', { field: 'Idempotency-Key' })];
        const token = state.tokens.get(headers['x-form-token']), now = Date.now();
        if (!token || now < token.notBefore || now > token.expires || token.key) return [403, error('forbidden', 'The token of the form is not good.')];
        const type = state.types.find(one => one.id === body.event_type);
        if (!type) return [404, error('not_bookable', 'This cannot be booked here.')];
        const problem = problemOf(body, type);
        if (problem) return [422, error('invalid', problem[1], { field: problem[0] })];
        const at = Date.parse(body.start);
        if (!state.times.includes(at)) {
            const nearest = [...state.times].sort((a, b) => Math.abs(a - at) - Math.abs(b - at)).slice(0, 3).sort((a, b) => a - b);
            return [409, error('taken', 'This time is not free any more.', { alternatives: nearest.map(start => ({ start: iso(start) })), scheduling_url: type.scheduling_url })];
        }
        if (state.captcha && headers['x-captcha-response'] !== state.captcha)
            return [403, error('forbidden', 'The check that a person books has not been passed.', { field: 'X-Captcha-Response', scheduling_url: type.scheduling_url })];
        token.key = key;
        if (type.kind !== 'group') state.times = state.times.filter(one => one !== at);
        const id = randomBytes(8).toString('hex'), end = at + type.duration_minutes * 60000;
        const booking = {
            id, start: iso(at), end: iso(end), timezone: body.timezone, location: body.location ?? null, host: 'Ada Lovelace',
            cancel_token: randomBytes(8).toString('hex'), cancel_url: `https://calendly.com/cancellations/${id}`,
            reschedule_url: `https://calendly.com/reschedulings/${id}`, ics: `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:${id}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
        };
        state.bookings.set(id, { ...booking, at, body, type, isCanceled: false });
        const answer = [201, booking];
        state.byKey.set(key, { text, answer });
        return answer;
    }

    function cancel(id, text) {
        const booking = state.bookings.get(id);
        if (!booking || JSON.parse(text).cancel_token !== booking.cancel_token) return [403, error('forbidden', 'The token is not good.')];
        if (booking.type.kind === 'group') return [409, error('group', 'Others take part, too.', { cancel_url: booking.cancel_url })];
        booking.isCanceled = true;
        return [204, null];
    }

    function answerTo(method, path, query, text, headers) {
        if (method === 'GET' && path === 'event-types') return [200, state.types];
        if (method === 'GET' && path === 'available-times') return availableTimes(query);
        if (method === 'GET' && path === 'form-token') return formToken(query);
        if (method === 'POST' && path === 'bookings') return book(text, headers);
        const canceled = /^bookings\/([^/]+)\/cancel$/.exec(path);
        if (method === 'POST' && canceled) return cancel(canceled[1], text);
        return [404, error('not_bookable', 'There is nothing here.')];
    }

    function serveFile(response, name, isPage) {
        let content;
        try {
            content = readFileSync(assets + name);
        } catch {
            response.writeHead(404).end();
            return;
        }
        if (isPage) content = content.toString().replace('{{allow_origins}}', state.allowOrigins.join(' '));
        const zipped = gzipSync(content, { level: 9 });
        state.bytes += zipped.length;
        response.writeHead(200, {
            'Content-Type': kinds[extname(name)], 'Content-Encoding': 'gzip', 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store',
            'Content-Security-Policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self' ${state.allowOrigins.join(' ')}`,
        }).end(zipped);
    }

    async function serve(request, response) {
        const url = new URL(request.url, 'http://localhost');
        const path = url.pathname.slice(1);
        if (path.startsWith('book/assets/')) return serveFile(response, path.slice(12), false);
        if (path === 'book/embed.js') return serveFile(response, 'embed.js', false);
        if (path.startsWith('book/')) return serveFile(response, 'book.html', true);
        if (!path.startsWith('v1/scheduling/')) return response.writeHead(404).end();
        const chunks = [];
        for await (const chunk of request) chunks.push(chunk);
        const text = Buffer.concat(chunks).toString(), name = path.slice(14);
        const record = { method: request.method, name, query: url.searchParams, text, headers: request.headers, at: Date.now() };
        state.calls.push(record);
        const fault = state.faults.find(one => name.startsWith(one.on) && (one.method ?? request.method) === request.method && one.times !== 0);
        if (fault) fault.times = (fault.times ?? Infinity) - 1;
        if (fault?.delay) await new Promise(done => setTimeout(done, fault.delay));
        if (fault?.until) await fault.until;
        if (fault?.cut && !fault.after) return request.socket.destroy();
        const [status, body] = fault?.answer ?? answerTo(request.method, name, url.searchParams, text, request.headers);
        record.status = status;
        if (fault?.cut) return request.socket.destroy();
        response.writeHead(status, { 'Content-Type': typeof body === 'string' ? 'text/html' : 'application/json', 'Cache-Control': 'no-store', ...fault?.headers })
            .end(body === null ? '' : typeof body === 'string' ? body : JSON.stringify(body));
    }

    const server = http.createServer((request, response) => {
        response.setHeader('Date', new Date().toUTCString()); // of the tests' day: Node's own would be of the real one
        serve(request, response).catch(() => response.destroy());
    });
    await new Promise(done => server.listen(0, '127.0.0.1', done));
    return {
        ...{ state, origin: `http://127.0.0.1:${server.address().port}` },
        /** The next `times` calls whose name begins so: {answer: [status, body], headers, delay, until, cut, after}. */
        fault: (on, what) => state.faults.push({ on, ...what }),
        calls: name => state.calls.filter(call => call.name.startsWith(name)),
        stop: () => new Promise(done => {
            server.close(done);
            server.closeAllConnections();
        }),
    };
}
