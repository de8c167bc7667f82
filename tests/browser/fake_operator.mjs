// An agent whose operators' API answers as agent/web/openapi/operator.json says, in any state that the test wants, with any
// fault. Each answer is checked against that description: what does not fit is kept in `problems`, which every test looks at.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { connectorOf, someItems } from './operator_data.mjs';
import { problemsOfAnswer, problemsOfSchema, routeOf, wrongMember, wrongParameter } from './operator_schema.mjs';

const web = fileURLToPath(new URL('../../agent/web/', import.meta.url));
const kinds = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml' };
const cookieName = 'calendly_brevo_session', page = 50;

const maskedText = text => text.replace(/[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,9}\w{1,63}/g, address => `${address[0]}...@${address.split('@')[1]}`);
const masked = person => person === null ? null : maskedText(person);
const error = (code, message, more = {}) => ({ error: { code, message, ...more } });
const isUtf8 = bytes => { try { new TextDecoder('utf-8', { fatal: true }).decode(bytes); return true; } catch { return false; } };
const isJson = text => { try { JSON.parse(text); return true; } catch { return false; } };

function fileOf(path) {
    if (path === '/') return `${web}operator/operator.html`;
    const name = /^\/operator\/([\w.-]+)$/.exec(path)?.[1];
    return name && (name === 'dom.js' ? `${web}assets/dom.js` : `${web}operator/${name}`);
}

export async function startFakeOperator({ token = '', connectors, items, letters = {} } = {}) {
    const now = Date.now();
    const state = {
        token, connectors: connectors ?? [connectorOf('sales', now)], items: items ?? { sales: someItems(120, now) }, letters, sessions: new Set(), listeners: new Set(), news: [], firstKept: 1,
        calls: [], faults: [], bytes: 0, problems: [], runs: {}, foreignOrigin: false, version: '0.2.0', agents: [{ name: 'agent-1', seen_ms: now - 1500, version: '0.2.0' }],
    };
    const lettersOf = name => state.letters[name] ??= [];
    const ranks = ['healthy', 'degraded', 'unhealthy'];

    function status() {
        const verdict = ranks[Math.max(0, ...state.connectors.map(one => ranks.indexOf(one.verdict)))];
        for (const one of state.connectors) if (one.redis.up && state.letters[one.name]) one.dead_letters = { count: lettersOf(one.name).length, since_ms: lettersOf(one.name).at(-1)?.failed_ms ?? null };
        return { verdict, since_ms: Math.max(now - 26 * 3600000, ...state.connectors.map(one => one.since_ms)), version: state.version, revision: 'abc1234', agents: state.agents, connectors: state.connectors };
    }

    const shownItem = (item, reveal) => reveal ? item : { ...item, person: masked(item.person) };
    const shownLetter = ({ bytes, response, ...item }, reveal) => ({ ...item, person: reveal ? item.person : masked(item.person), size: bytes.length });
    function wholeLetter(letter, reveal) {
        const isText = isUtf8(letter.bytes), text = isText ? letter.bytes.toString() : '';
        return {
            ...shownLetter(letter, reveal), response: reveal ? letter.response : maskedText(letter.response), body_is_json: isText && isJson(text),
            ...(isText ? { body: reveal ? text : maskedText(text) } : reveal ? { body_base64: letter.bytes.toString('base64') } : {}),
        };
    }

    const matches = ({ reason, status: wanted, q }) => letter => (reason === undefined || letter.reason === reason) && (wanted === undefined || String(letter.status) === String(wanted)) &&
        (q === undefined || [letter.id, letter.reason, letter.response, letter.bytes.toString()].some(text => text.toLowerCase().includes(q.toLowerCase())));
    const after = (list, cursor) => cursor === undefined ? list : list.slice(list.findIndex(one => one.id === cursor) + 1);
    function paged(list, show) {
        return { items: list.slice(0, page).map(show), cursor: list.length > page ? list[page - 1].id : null };
    }

    function selected(name, { ids, filter, expect }) {
        const all = lettersOf(name);
        const found = ids ? all.filter(letter => ids.includes(letter.id)) : all.filter(matches(filter));
        if (expect !== undefined && expect !== found.length) return { refusal: [409, error('count_changed', `The filter finds ${found.length} now, not ${expect}. Nothing was done.`, { count: found.length })] };
        return { found, missing: (ids ?? []).filter(id => !found.some(letter => letter.id === id)) };
    }
    const without = (name, found) => { const gone = new Set(found); state.letters[name] = lettersOf(name).filter(letter => !gone.has(letter)); };

    const calls = {
        'GET /api/v1/status': () => [200, status()],
        'GET /api/v1/openapi.json': () => [200, JSON.parse(readFileSync(`${web}openapi/operator.json`, 'utf8'))],
        'GET /healthz': () => [200, { alive: true, turned_ms_ago: 3 }],
        'GET /readyz': () => [state.connectors.every(one => one.ready) ? 200 : 503, { ready: state.connectors.every(one => one.ready), connectors: state.connectors.map(one => ({ name: one.name, ready: one.ready, dependencies: [{ name: 'redis', ok: one.redis.up, reason: one.redis.reason, since_ms: one.redis.since_ms }] })) }],
        'GET timeline': ({ name, query: { person, outcome, cursor, reveal } }) => [200, paged(after(state.items[name] ?? [], cursor)
            .filter(item => (!person || item.person?.toLowerCase() === person.toLowerCase()) && (!outcome || item.outcome === outcome)), item => shownItem(item, reveal === '1'))],
        'GET dead': ({ name, query: { cursor, reveal, ...filter } }) => [200, paged(after(lettersOf(name), cursor).filter(matches(filter)), letter => shownLetter(letter, reveal === '1'))],
        'GET dead/groups': ({ name, query }) => {
            const groups = new Map();
            for (const letter of lettersOf(name).filter(matches(query))) {
                const key = `${letter.reason} ${letter.status}`;
                const group = groups.get(key) ?? { reason: letter.reason, status: letter.status, count: 0, oldest_ms: letter.failed_ms, newest_ms: letter.failed_ms };
                groups.set(key, { ...group, count: group.count + 1, oldest_ms: Math.min(group.oldest_ms, letter.failed_ms), newest_ms: Math.max(group.newest_ms, letter.failed_ms) });
            }
            return [200, { items: [...groups.values()].sort((a, b) => b.count - a.count) }];
        },
        'GET dead/{id}': ({ name, id, query }) => {
            const letter = lettersOf(name).find(one => one.id === id);
            return letter ? [200, wholeLetter(letter, query.reveal === '1')] : [404, error('no_such_dead_letter', `There is no dead letter ${id}.`)];
        },
        'POST dead/replay': ({ name, body }) => {
            const { refusal, found, missing } = selected(name, body);
            if (refusal) return refusal;
            without(name, found);
            return [200, { replayed: found.length, missing }];
        },
        'POST dead/discard': ({ name, body }) => {
            const { refusal, found, missing } = selected(name, body);
            if (refusal) return refusal;
            if (found.reduce((sum, letter) => sum + letter.bytes.length, 0) > 64 << 20) return [422, error('too_many', 'The bodies are more than 64 MiB. At a terminal: calendly-brevo dead discard --export FILE', { field: 'filter' })];
            if (!body.dry_run) without(name, found);
            return [200, { discarded: found.length, missing, items: found.map(letter => wholeLetter(letter, true)) }];
        },
        'POST pause': ({ connector, body }) => [200, connector.paused = { paused: true, by: 'operators’ page, from 127.0.0.1', reason: body.reason, since_ms: connector.paused.since_ms ?? Date.now() }],
        'POST resume': ({ connector }) => [200, connector.paused = { paused: false }],
        'POST subscription/repair': ({ connector }) => {
            const changes = connector.subscription.state === 'ok' ? [] : ['A new subscription was made.', 'The old one was deleted.'];
            connector.subscription = { state: 'ok', reason: null, since_ms: Date.now(), checked_ms: Date.now() };
            return [200, { state: 'ok', changes }];
        },
        'POST reconcile': ({ name }) => {
            if (state.runs[name]) return [409, error('running', 'A reconciliation is under way already.')];
            state.runs[name] = true;
            return [202, { state: 'started' }];
        },
    };

    const sessionOf = request => /calendly_brevo_session=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
    const ownOrigin = () => state.foreignOrigin ? 'https://ops.example.com' : state.origin;
    const tell = (response, event, data, id) => {
        const schema = { verdict: 'Status', timeline: 'LiveItem', gap: 'Gap' }[event];
        state.problems.push(...problemsOfSchema(schema, data).map(problem => `${event}: ${problem}`));
        response.write(`${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    };
    const news = ({ connector, item }, reveal) => ({ connector, item: shownItem(item, reveal) });

    function live(request, response, query) {
        const reveal = query.get('reveal') === '1', lastId = request.headers['last-event-id'];
        response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
        const listener = { response, reveal };
        tell(response, 'verdict', status());
        if (lastId !== undefined) {
            if (!(Number(lastId) >= state.firstKept - 1)) tell(response, 'gap', { connector: null, message: 'Entries between then and now are not kept any more.' });
            for (const one of state.news) if (one.id > Number(lastId)) tell(response, 'timeline', news(one, reveal), one.id);
        }
        state.listeners.add(listener);
        response.on('close', () => state.listeners.delete(listener));
    }

    /** The refusals, in the order of the description. */
    function refusal(request, url, text, route) {
        const { method } = request, operation = route?.operations[method === 'HEAD' ? 'get' : method.toLowerCase()];
        const isSession = url.pathname === '/api/v1/session', isOpen = isSession || url.pathname.endsWith('z');
        const isKnown = state.sessions.has(sessionOf(request)) || (state.token && request.headers.authorization === `Bearer ${state.token}`);
        if (!isOpen && !isKnown) return [401, error('unauthorized', request.headers.cookie ? 'Cookie: the session has ended. Sign in again.' : 'Authorization: a bearer token is needed, admin.token of connector.yaml.', { field: request.headers.cookie ? 'Cookie' : 'Authorization' })];
        if (!route) return [404, error('not_found', `There is no ${url.pathname}.`)];
        if (!operation) return [405, error('method_not_allowed', `${method} is not for ${url.pathname}.`), { Allow: Object.keys(route.operations).join(', ').toUpperCase() }];
        if (method === 'GET') return null;
        const { origin } = request.headers;
        if (origin === undefined ? !request.headers.authorization : origin !== ownOrigin()) return [403, error('foreign_origin', `Origin: it is ${origin ?? 'missing'}, and ${ownOrigin()} is accepted. Behind a proxy, set admin.public_url.`, { field: 'Origin' })];
        if (text.length > 65536) return [413, error('too_large', 'Content-Length: a body has at most 64 KiB.', { field: 'Content-Length' })];
        if (method === 'DELETE' || (text === '' && !operation.requestBody?.required)) return null;
        if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return [415, error('unsupported_type', 'Content-Type: application/json is expected.', { field: 'Content-Type' })];
        if (!isJson(text) || typeof JSON.parse(text) !== 'object') return [400, error('not_json', 'The body is no JSON object.')];
        const member = wrongMember(operation, JSON.parse(text));
        return member ? [422, error('invalid', `${member}: it is unknown, missing or out of range.`, { field: member })] : null;
    }

    function session(method, text) {
        if (method === 'DELETE') return [204, null, { 'Set-Cookie': `${cookieName}=; Max-Age=0; Path=/` }];
        const { token: given } = JSON.parse(text);
        if (state.token && given === undefined) return [401, error('token_needed', 'token: sign in with admin.token of connector.yaml.', { field: 'token' })];
        if (state.token && given !== state.token) return [401, error('wrong_token', 'token: it is another one.', { field: 'token' })];
        const id = randomBytes(32).toString('hex');
        state.sessions.add(id);
        return [200, { token_required: Boolean(state.token) }, { 'Set-Cookie': `${cookieName}=${id}; HttpOnly; SameSite=Strict; Path=/` }];
    }

    function answer(request, url, text) {
        const route = routeOf(url.pathname);
        const refused = refusal(request, url, text, route);
        if (refused) return refused;
        const operation = route.operations[request.method.toLowerCase()], wrong = wrongParameter(operation, url.searchParams);
        if (wrong) return [422, error('invalid', `${wrong}: the parameter is unknown, given twice or out of range.`, { field: wrong })];
        if (url.pathname === '/api/v1/session') {
            if (request.method === 'DELETE') state.sessions.delete(sessionOf(request));
            return session(request.method, text);
        }
        const { connector: name, id } = route.captured, connector = state.connectors.find(one => one.name === name);
        if (name !== undefined && !connector) return [404, error('no_such_connector', `There is no connector ${name}.`)];
        const call = `${request.method} ${name === undefined ? route.path : route.path.replace('/api/v1/connectors/{connector}/', '')}`;
        return calls[call]({ name, connector, id, query: Object.fromEntries(url.searchParams), body: text ? JSON.parse(text) : {} });
    }

    function serveFile(response, path) {
        const file = fileOf(path);
        let content;
        try {
            content = gzipSync(readFileSync(file), { level: 9 });
        } catch {
            return response.writeHead(404).end();
        }
        state.bytes += content.length;
        response.writeHead(200, { 'Content-Type': kinds[extname(file)], 'Content-Encoding': 'gzip', 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store', 'Content-Security-Policy': "frame-ancestors 'none'" }).end(content);
    }

    async function serve(request, response) {
        const url = new URL(request.url, state.origin);
        if (url.pathname === '/' || url.pathname.startsWith('/operator/')) return serveFile(response, url.pathname);
        const chunks = [];
        for await (const chunk of request) chunks.push(chunk);
        const text = Buffer.concat(chunks).toString();
        const record = { method: request.method, path: url.pathname.replace('/api/v1', ''), query: Object.fromEntries(url.searchParams), body: isJson(text) ? JSON.parse(text) : text, headers: request.headers };
        state.calls.push(record);
        const fault = state.faults.find(one => record.path.endsWith(one.on) && (one.method ?? request.method) === request.method && one.times !== 0);
        if (fault) fault.times = (fault.times ?? Infinity) - 1;
        if (fault?.delay) await new Promise(done => setTimeout(done, fault.delay));
        if (fault?.until) await fault.until;
        if (fault?.cut) return request.socket.destroy();
        const refused = url.pathname === '/api/v1/live' && !fault?.answer ? refusal(request, url, text, routeOf(url.pathname)) : undefined;
        if (refused === null) return live(request, response, url.searchParams);
        const [code, body, headers = {}] = fault?.answer ?? refused ?? answer(request, url, text);
        record.status = code;
        if (!fault?.isForeign) state.problems.push(...problemsOfAnswer(request.method, url.pathname, code, body).map(problem => `${request.method} ${url.pathname} ${code}: ${problem}`));
        response.writeHead(code, { 'Content-Type': typeof body === 'string' ? 'text/html' : 'application/json', 'Cache-Control': 'no-store', ...headers }).end(body === null ? '' : typeof body === 'string' ? body : JSON.stringify(body));
    }

    const server = http.createServer((request, response) => serve(request, response).catch(failure => {
        state.problems.push(`the fake failed: ${failure.stack}`);
        response.destroy();
    }));
    const listen = port => new Promise(done => server.listen(port, '127.0.0.1', done));
    await listen(0);
    const { port } = server.address();
    state.origin = `http://127.0.0.1:${port}`;
    const close = () => new Promise(done => {
        server.close(done);
        server.closeAllConnections();
    });
    return {
        state, origin: state.origin, stop: () => server.listening ? close() : undefined,
        /** The next `times` calls whose path ends so: {answer: [status, body], delay, until, cut, method, isForeign: not of the agent}. */
        fault: (on, what) => state.faults.push({ on, ...what }),
        calls: (end, method) => state.calls.filter(call => call.path.endsWith(end) && (!method || call.method === method)),
        /** A booking is settled: in the timeline, and told to who listens. */
        happen(connector, item) {
            (state.items[connector] ??= []).unshift(item);
            const one = { connector, item, id: (state.news.at(-1)?.id ?? 0) + 1 };
            state.news.push(one);
            for (const { response, reveal } of state.listeners) tell(response, 'timeline', news(one, reveal), one.id);
        },
        tellVerdict: () => { for (const { response } of state.listeners) tell(response, 'verdict', status()); },
        tellRaw: text => { for (const { response } of state.listeners) response.write(text); },
        /** Everybody who listens is cut off. */
        cutLive: () => { for (const { response } of state.listeners) response.destroy(); },
        /** What came before this is not kept any more. */
        forgetNews() {
            state.news = [];
            state.firstKept = 1e9;
        },
        endSessions() {
            state.sessions.clear();
            for (const { response } of state.listeners) response.end();
        },
        down: close, up: () => listen(port),
    };
}
