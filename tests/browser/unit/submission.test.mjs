import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeApi, troubleOf, webAddress } from '../../../agent/web/assets/api.js';
import { makeDraft, storageOf } from '../../../agent/web/assets/draft.js';
import { resume, submit } from '../../../agent/web/assets/submission.js';

const error = (code, more = {}) => ({ error: { code, message: 'words', ...more } });

// An agent of answers in a row, a clock that only pauses move, and a draft in memory.
const desk = (...answers) => deskWith({}, ...answers);
function deskWith({ captcha }, ...answers) {
    let clock = 1000000, keys = 0;
    const posts = [], pauses = [];
    const api = {
        formToken: async () => ({
            status: 200, date: clock,
            body: { token: `token${clock}`, not_before: new Date(clock + 3000).toISOString(), expires: new Date(clock + 7200000).toISOString() },
        }),
        book: async (text, key, token, response) => {
            posts.push({ text, key, token, at: clock, response });
            const [status, body, retryAfter = null] = answers.shift();
            return { status, body, retryAfter, date: clock };
        },
    };
    return {
        posts, pauses,
        parts: {
            api, captcha, draft: makeDraft(storageOf({}), 'sales/A'), newKey: () => `key${++keys}`, now: () => clock,
            pause: async time => {
                pauses.push(time);
                clock += time;
            },
        },
    };
}
const ask = (parts, body = { name: 'Ada' }) => submit(parts, { typeId: 'A', body, token: null });
const booking = { id: 'b1' };

test('a booking: the token is not used before its time, and what was made outlives a reload', async () => {
    const { parts, posts } = desk([201, booking]);
    assert.deepEqual(await ask(parts), { booking });
    assert.equal(posts[0].at, 1003000);
    assert.deepEqual([parts.draft.booking(), parts.draft.pending()], [booking, null]);
});

test('a lost answer is asked for again with the same key and body', async () => {
    const { parts, posts, pauses } = desk([0, null], [502, null], [201, booking]);
    assert.deepEqual(await ask(parts), { booking });
    assert.deepEqual(new Set(posts.map(post => post.key + post.text + post.token)).size, 1);
    assert.deepEqual(pauses.slice(1), [1000, 2000]);
});

test('a booking under way is waited for as long as the agent says', async () => {
    const { parts, posts, pauses } = desk([409, error('in_progress'), 5], [409, error('in_progress'), 2], [201, booking]);
    assert.deepEqual(await ask(parts), { booking });
    assert.deepEqual([new Set(posts.map(post => post.key)).size, ...pauses.slice(1)], [1, 5000, 2000]);
});

test('nobody answers at all: the key stays, and the next attempt has it', async () => {
    const { parts, posts } = desk([0, null], [0, null], [0, null], [0, null], [201, booking]);
    assert.equal((await ask(parts)).trouble.code, 'unreachable');
    assert.deepEqual(await ask(parts), { booking });
    assert.equal(new Set(posts.map(post => post.key)).size, 1);
});

test('a changed form waits until the fate of the first is known: had it been booked, that is the booking', async () => {
    const { parts, posts } = desk([0, null], [0, null], [0, null], [0, null], [201, booking]);
    await ask(parts);
    assert.deepEqual(await ask(parts, { name: 'Grace' }), { booking });
    assert.equal(new Set(posts.map(post => post.text)).size, 1);
});

test('a changed form after a refusal of the first has a key of its own', async () => {
    const { parts, posts } = desk([0, null], [0, null], [0, null], [0, null], [409, error('taken')], [201, booking]);
    await ask(parts);
    assert.deepEqual(await ask(parts, { name: 'Grace' }), { booking });
    assert.deepEqual([...new Set(posts.map(post => post.key))], ['key1', 'key2']);
});

test('a page that was reloaded goes on with the same key, body and token', async () => {
    const { parts, posts } = desk([0, null], [0, null], [0, null], [0, null], [201, booking]);
    await ask(parts);
    assert.deepEqual(await resume(parts), { booking });
    assert.equal(new Set(posts.map(post => post.key + post.text + post.token)).size, 1);
    assert.equal(await resume(parts), null);
});

test('a token that is not good is replaced once', async () => {
    const { parts, posts } = desk([403, error('forbidden')], [201, booking]);
    assert.deepEqual(await ask(parts), { booking });
    assert.equal(new Set(posts.map(post => post.token)).size, 2);
    const refused = desk([403, error('forbidden')], [403, error('forbidden')]);
    assert.equal((await ask(refused.parts)).trouble.code, 'forbidden');
});

test('refusals end it at once, and free the key', async () => {
    for (const [status, code] of [[409, 'taken'], [422, 'invalid'], [400, 'invalid'], [429, 'limited'], [404, 'not_bookable']]) {
        const { parts, posts } = desk([status, error(code)]);
        assert.equal((await ask(parts)).trouble.code, code);
        assert.deepEqual([posts.length, parts.draft.pending()], [1, null]);
    }
    const { parts, posts } = desk([503, error('unavailable')]); // the agent itself: it may know more later
    assert.equal((await ask(parts)).trouble.code, 'unavailable');
    assert.deepEqual([posts.length, parts.draft.pending().key], [1, 'key1']);
});

test('an error becomes what the page needs of it', () => {
    const answer = { status: 409, retryAfter: 7, body: error('taken', { alternatives: [{ start: '2026-11-30T09:00:00Z' }, { start: 'x' }], scheduling_url: 'https://calendly.com/a' }) };
    assert.deepEqual(troubleOf(answer), { code: 'taken', field: null, message: 'words', alternatives: [Date.parse('2026-11-30T09:00:00Z')], schedulingUrl: 'https://calendly.com/a', retryAfter: 7 });
    assert.deepEqual([0, 404, 422, 429, 500, 502].map(status => troubleOf({ status, body: null }).code), ['unreachable', 'not_bookable', 'invalid', 'limited', 'unavailable', 'unavailable']);
});

test('no link leads to a script', () => {
    assert.deepEqual(['javascript:alert(1)', 'data:text/html,x', 'nonsense', undefined, 'https://calendly.com/a b'].map(webAddress), [null, null, null, null, 'https://calendly.com/a%20b']);
});

test('calls go where and how the contract says', async () => {
    const calls = [];
    const api = makeApi('/v1/scheduling/', async (url, options) => {
        calls.push([options.method, url, options.headers]);
        return new Response('{"a":1}', { status: 200, headers: { 'Retry-After': '3' } });
    });
    assert.deepEqual(await api.eventTypes('a&b'), { status: 200, body: { a: 1 }, retryAfter: 3, date: NaN });
    await api.availableTimes('A', 0, 86400000);
    await api.book('{}', 'k', 't');
    assert.deepEqual(calls.map(one => one[1]), ['/v1/scheduling/event-types?connector=a%26b',
        '/v1/scheduling/available-times?event_type=A&start=1970-01-01T00%3A00%3A00.000Z&end=1970-01-02T00%3A00%3A00.000Z', '/v1/scheduling/bookings']);
    assert.deepEqual(calls[2][2], { 'Content-Type': 'application/json', 'Idempotency-Key': 'k', 'X-Form-Token': 't' });
    const broken = makeApi('/', async () => { throw new TypeError('network'); });
    assert.equal((await broken.formToken('A')).status, 0);
});

test('a captcha is asked for when the agent says so, once for a booking and anew for the next try', async () => {
    let asked = 0;
    const { parts, posts } = deskWith({ captcha: async () => `response${++asked}` }, [0, null], [403, error('forbidden', { field: 'X-Captcha-Response', scheduling_url: 'https://calendly.com/x' })], [201, booking]);
    parts.api.formToken = (before => async type => {
        const answer = await before(type);
        return { ...answer, body: { ...answer.body, captcha: true } };
    })(parts.api.formToken);
    const refused = await ask(parts);
    assert.deepEqual([refused.trouble.code, refused.trouble.schedulingUrl], ['captcha', 'https://calendly.com/x']);
    assert.deepEqual(await ask(parts), { booking });
    assert.deepEqual(posts.map(post => post.response), ['response1', 'response1', 'response2']);
});

test('without a captcha none is asked for', async () => {
    const { parts, posts } = deskWith({ captcha: () => assert.fail('nobody asked') }, [201, booking]);
    await ask(parts);
    assert.equal(posts[0].response, '');
});
