// The operators' API, call by call, against agent/web/openapi/operator.json: of the fake agent, or of the one that
// OPERATOR_ORIGIN, OPERATOR_TOKEN and OPERATOR_CONNECTOR name. Nothing is changed there.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { someLetters } from './operator_data.mjs';
import { startFakeOperator } from './fake_operator.mjs';
import { EventStream } from '../../agent/web/operator/event-stream.js';
import { problemsOfAnswer, problemsOfSchema } from './operator_schema.mjs';

const { OPERATOR_ORIGIN, OPERATOR_TOKEN: token = 'secret', OPERATOR_CONNECTOR: connector = 'sales' } = process.env;
let fake, origin;
before(async () => {
    fake = OPERATOR_ORIGIN ? null : await startFakeOperator({ token, letters: { sales: someLetters(60, Date.now()) } });
    origin = OPERATOR_ORIGIN ?? fake.origin;
});
after(() => fake?.stop());

const bearer = { Authorization: `Bearer ${token}` }, json = { 'Content-Type': 'application/json' };
const of = what => `/api/v1/connectors/${connector}/${what}`;

/** Without a browser's or fetch's own ideas about headers. */
function ask(method, path, { headers = {}, body } = {}) {
    return new Promise((done, failed) => {
        const request = http.request(origin + path, { method, headers: { ...headers, ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }) } }, response => {
            const chunks = [];
            response.on('data', chunk => chunks.push(chunk));
            response.on('end', () => {
                const text = Buffer.concat(chunks).toString(), isJson = /^application\/json/.test(response.headers['content-type'] ?? '');
                done({ status: response.statusCode, headers: response.headers, body: isJson && text ? JSON.parse(text) : text });
            });
        });
        request.on('error', failed);
        request.end(body);
    });
}

async function asked(method, path, options) {
    const answer = await ask(method, path, options);
    assert.deepEqual(problemsOfAnswer(method, path.split('?')[0], answer.status, answer.body), [], `${method} ${path} ${answer.status}`);
    return answer;
}

for (const path of ['/api/v1/status', of('timeline'), of('timeline?person=ada%40example.com&outcome=synced&reveal=1'), of('dead'), of('dead?reason=x&status=none&q=y&reveal=0'), of('dead/groups'), of('dead/groups?status=400'), '/healthz', '/readyz', '/api/v1/openapi.json']) {
    test(`GET ${path} is as described`, async () => {
        const { status } = await asked('GET', path, { headers: bearer });
        assert.ok(status === 200 || (path === '/readyz' && status === 503), String(status));
    });
}

test('pages follow each other, by cursor and by an item’s id', async () => {
    for (const what of ['timeline', 'dead']) {
        const first = await asked('GET', of(what), { headers: bearer });
        if (first.body.cursor === null) continue;
        const next = await asked('GET', of(`${what}?cursor=${encodeURIComponent(first.body.cursor)}`), { headers: bearer });
        const same = await asked('GET', of(`${what}?cursor=${encodeURIComponent(first.body.items.at(-1).id)}`), { headers: bearer });
        assert.deepEqual(next.body.items, same.body.items);
        assert.ok(next.body.items.every(item => !first.body.items.some(one => one.id === item.id)));
    }
});

const refusals = [
    ['no token', 'GET', '/api/v1/status', {}, 401, 'unauthorized', 'Authorization'],
    ['a wrong token', 'GET', '/api/v1/status', { headers: { Authorization: 'Bearer guess' } }, 401, 'unauthorized', 'Authorization'],
    ['a session that is none', 'GET', '/api/v1/status', { headers: { Cookie: 'calendly_brevo_session=abc' } }, 401, 'unauthorized', 'Cookie'],
    ['nobody learns what there is', 'GET', '/api/v1/nothing', {}, 401, 'unauthorized', 'Authorization'],
    ['no such path', 'GET', '/api/v1/nothing', { headers: bearer }, 404, 'not_found'],
    ['no such connector', 'GET', '/api/v1/connectors/nobody/dead', { headers: bearer }, 404, 'no_such_connector'],
    ['no such letter', 'GET', of('dead/1-1'), { headers: bearer }, 404, 'no_such_dead_letter'],
    ['another method', 'PUT', '/api/v1/status', { headers: bearer }, 405, 'method_not_allowed'],
    ['a foreign origin', 'POST', of('resume'), { headers: { ...bearer, ...json, Origin: 'https://evil.example' }, body: '{}' }, 403, 'foreign_origin', 'Origin'],
    ['the origin null', 'POST', of('resume'), { headers: { ...bearer, ...json, Origin: 'null' }, body: '{}' }, 403, 'foreign_origin', 'Origin'],
    ['a sign-in without an origin', 'POST', '/api/v1/session', { headers: json, body: '{}' }, 403, 'foreign_origin', 'Origin'],
    ['no JSON by its type', 'POST', of('pause'), { headers: { ...bearer, 'Content-Type': 'text/plain' }, body: '{"reason":"x"}' }, 415, 'unsupported_type', 'Content-Type'],
    ['no JSON', 'POST', of('pause'), { headers: { ...bearer, ...json }, body: 'reason' }, 400, 'not_json'],
    ['too long', 'POST', of('pause'), { headers: { ...bearer, ...json }, body: JSON.stringify({ reason: 'x'.repeat(70000) }) }, 413, 'too_large', 'Content-Length'],
    ['an unknown parameter', 'GET', of('dead?reson=x'), { headers: bearer }, 422, 'invalid', 'reson'],
    ['a parameter given twice', 'GET', of('dead?q=x&q=y'), { headers: bearer }, 422, 'invalid', 'q'],
    ['an outcome that is none', 'GET', of('timeline?outcome=fine'), { headers: bearer }, 422, 'invalid', 'outcome'],
    ['no reason', 'POST', of('pause'), { headers: { ...bearer, ...json }, body: '{}' }, 422, 'invalid', 'reason'],
    ['an unknown member', 'POST', of('pause'), { headers: { ...bearer, ...json }, body: '{"reason":"x","for":"1h"}' }, 422, 'invalid', 'for'],
    ['ids and a filter', 'POST', of('dead/replay'), { headers: { ...bearer, ...json }, body: '{"ids":["1-1"],"filter":{},"expect":0}' }, 422, 'invalid'],
    ['a filter without a count', 'POST', of('dead/discard'), { headers: { ...bearer, ...json }, body: '{"filter":{}}' }, 422, 'invalid'],
    ['another count', 'POST', of('dead/discard'), { headers: { ...bearer, ...json }, body: '{"filter":{},"expect":987654}' }, 409, 'count_changed'],
];

for (const [what, method, path, options, status, code, field] of refusals) {
    test(`refused: ${what}`, async () => {
        const answer = await asked(method, path, options);
        assert.deepEqual([answer.status, answer.body.error?.code], [status, code], JSON.stringify(answer.body));
        if (field) assert.equal(answer.body.error.field, field);
        if (/^[A-Z]/.test(field ?? '')) assert.ok(answer.body.error.message.includes(field), 'the words name the header');
        if (code === 'count_changed') assert.equal(typeof answer.body.error.count, 'number');
        if (status === 405) assert.match(answer.headers.allow, /GET/);
        assert.equal(answer.headers['cache-control'], 'no-store');
    });
}

/** The first events of /live, until one of this name. */
function listen(name, headers = {}) {
    return new Promise((done, failed) => {
        const stream = new EventStream(), events = [];
        const request = http.get(`${origin}/api/v1/live`, { headers: { ...bearer, ...headers }, timeout: 5000 }, response => {
            assert.deepEqual([response.statusCode, response.headers['content-type'].split(';')[0]], [200, 'text/event-stream']);
            response.setEncoding('utf8').on('data', text => {
                events.push(...stream.read(text));
                if (!events.some(one => one.event === name)) return;
                request.destroy();
                done(events);
            });
        });
        request.on('timeout', () => request.destroy(new Error(`no ${name} within 5 s`)));
        request.on('error', failed);
    });
}

test('the news begin with the verdict, at once', async () => {
    const [first] = await listen('verdict');
    assert.equal(first.event, 'verdict');
    assert.deepEqual(problemsOfSchema('Status', JSON.parse(first.data)), []);
});

test('an id that nobody gave is told as a gap', async () => {
    const gap = (await listen('gap', { 'Last-Event-ID': 'nonsense' })).find(one => one.event === 'gap');
    assert.deepEqual(problemsOfSchema('Gap', JSON.parse(gap.data)), []);
});

test('a session: own origin, HttpOnly, Strict, and it ends', async () => {
    const own = { Origin: origin };
    const denied = await asked('POST', '/api/v1/session', { headers: { ...own, ...json }, body: '{"token":"guess"}' });
    assert.deepEqual([denied.status, denied.body.error.code], [401, 'wrong_token']);
    const begun = await asked('POST', '/api/v1/session', { headers: { ...own, ...json }, body: JSON.stringify({ token }) });
    const cookie = begun.headers['set-cookie'][0];
    assert.match(cookie, /^calendly_brevo_session=[0-9a-f]{64};/);
    for (const word of ['HttpOnly', 'SameSite=Strict', 'Path=/']) assert.ok(cookie.includes(word), word);
    const session = { Cookie: cookie.split(';')[0] };
    assert.equal((await asked('GET', '/api/v1/status', { headers: session })).status, 200);
    const without = await asked('POST', of('resume'), { headers: { ...session, ...json }, body: '{}' });
    assert.deepEqual([without.status, without.body.error.field], [403, 'Origin'], 'a session’s change needs an origin');
    assert.equal((await ask('DELETE', '/api/v1/session', { headers: { ...session, ...own } })).status, 204);
    assert.equal((await asked('GET', '/api/v1/status', { headers: session })).status, 401);
});

test('the page, its files and their types', async () => {
    const page = await ask('GET', '/');
    assert.equal(page.status, 200);
    assert.match(page.headers['content-type'], /^text\/html/);
    assert.match(page.headers['content-security-policy'], /frame-ancestors 'none'/);
    for (const [name, type] of [['main.js', 'text/javascript'], ['operator.css', 'text/css'], ['dom.js', 'text/javascript'], ['uplot.js', 'text/javascript'], ['icon.svg', 'image/svg+xml']]) {
        const file = await ask('GET', `/operator/${name}`);
        assert.deepEqual([file.status, file.headers['content-type'].split(';')[0], file.headers['x-content-type-options']], [200, type, 'nosniff'], name);
    }
    assert.equal((await ask('GET', '/operator/nothing.js')).status, 404);
});
