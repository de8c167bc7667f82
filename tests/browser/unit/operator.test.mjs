// The rules of the operators' page, without a browser.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { answersOn, titleOf, worstFirst } from '../../../agent/web/operator/answers.js';
import { contentOf, dump, fromBase64, indented } from '../../../agent/web/operator/bodies.js';
import { EventStream } from '../../../agent/web/operator/event-stream.js';
import { Feed, merged, newerFirst } from '../../../agent/web/operator/feed.js';
import { charts, columnsOf, minuteWords, sentenceOn } from '../../../agent/web/operator/figures.js';
import { describe, filterOf, isEmpty, queryOf, sumOf } from '../../../agent/web/operator/filters.js';
import { count, line, size, visible } from '../../../agent/web/operator/texts.js';
import { ago, moment, span } from '../../../agent/web/operator/times.js';
import { allWrong, connectorOf, emptyRates, hour, minute, ratesOf } from '../operator_data.mjs';

process.env.TZ = 'Europe/Berlin';
const now = Date.parse('2026-11-28T02:13:00Z');
const toneOf = (connector, id) => { const { tone, answer } = answersOn(connector, now).find(one => one.id === id); return `${tone}: ${answer}`; };

test('spans are said as people say them', () => {
    assert.deepEqual([0, 999, 1100, 12345, 60000, 47 * minute, 2 * hour, 2 * hour + 5 * minute, 30 * hour, 49 * hour].map(span),
        ['0 ms', '999 ms', '1.1 s', '12 s', '1 min', '47 min', '2 h', '2 h 5 min', '30 h', '2 days']);
    assert.deepEqual([ago(now - 500, now), ago(now - 4000, now), ago(now + 30000, now), ago(now + 2 * minute, now)], ['just now', '4 s ago', 'just now', 'in 2 min']);
});

test('a moment is of the reader’s zone, and names the day where it is another', () => {
    assert.deepEqual([now, now - 3 * hour - 14 * minute, now - 4 * hour, now - 48 * hour, now - 400 * 24 * hour].map(at => moment(at, now)),
        ['03:13', 'yesterday 23:59', 'yesterday 23:13', '26 Nov, 03:13', '24 Oct 2025, 04:13']);
});

test('signs that are not seen or change the order are named', () => {
    assert.equal(visible('a\u202eb\0c\u200bd\ufeff\ud800e'), 'a[U+202E]b[U+0000]c[U+200B]d[U+FEFF][U+D800]e');
    assert.equal(visible('👩\u200d🚀 žluťoučký\r\n\tשלום'), '👩\u200d🚀 žluťoučký\n\tשלום');
});

test('a line has an end, and says how long it was', () => {
    assert.equal(line('a\nb'), 'a b');
    assert.equal(line('x'.repeat(10085), 5), 'xxxxx… (10,085 characters)');
    assert.equal(line('😀😀', 1), '[U+D83D]… (4 characters)');
});

test('numbers read as numbers', () => {
    assert.deepEqual([count(1, 'letter'), count(1234, 'letter'), count(0, 'entry', 'entries')], ['1 letter', '1,234 letters', '0 entries']);
    assert.deepEqual([1, 999, 1500, 65536, 1048576].map(size), ['1 byte', '999 bytes', '1.5 kB', '66 kB', '1.0 MB']);
});

test('bytes: where, in hex, as letters', () => {
    assert.equal(dump(new Uint8Array([0, 65, 255])), `000000  00 41 ff${' '.repeat(41)}.A.`);
    assert.equal(dump(new Uint8Array(40), 16, 16).split('\n').length, 1);
    assert.deepEqual([...fromBase64('/0E=')], [255, 65]);
    assert.equal(fromBase64('no base64!').length, 0);
});

test('a body is JSON, text, bytes or masked', () => {
    assert.deepEqual([{ body: '{"a":1}', body_is_json: true }, { body: 'x', body_is_json: false }, { body: '{', body_is_json: true }, { body_base64: 'AA==' }, {}].map(letter => contentOf(letter).kind),
        ['json', 'text', 'text', 'bytes', 'masked']);
    assert.equal(indented('[1]'), '[\n  1\n]');
});

test('a filter is the same in words and in the question', () => {
    assert.deepEqual(filterOf({ reason: '', status: 400, q: undefined }), { status: '400' });
    assert.equal(queryOf({ reason: 'a&b', q: '', reveal: true, cursor: undefined }), '?reason=a%26b&reveal=1');
    assert.equal(queryOf({ reveal: false }), '');
    assert.equal(describe({ reason: 'No', status: 'none', q: 'x' }), 'reason “No” and no answer and containing “x”');
    assert.equal(describe({}), 'none: all dead letters of this connector');
    assert.deepEqual([isEmpty({ q: '' }), isEmpty({ q: 'a' }), sumOf([{ count: 2 }, { count: 3 }])], [true, false, 5]);
});

test('the newest first, by the number after the dash as well, and each once', () => {
    assert.deepEqual(['9-1', '10-0', '9-10', '9-2'].sort(newerFirst), ['10-0', '9-10', '9-2', '9-1']);
    assert.deepEqual(merged([{ id: '2-0', a: 1 }, { id: '1-0' }], [{ id: '3-0' }, { id: '2-0', a: 2 }]), [{ id: '3-0' }, { id: '2-0', a: 2 }, { id: '1-0' }]);
});

test('what arrives while somebody reads waits, and is counted once', () => {
    const feed = new Feed(3);
    feed.append([{ id: '2-0' }, { id: '1-0' }], true);
    feed.freeze();
    feed.push([{ id: '3-0' }]);
    feed.push([{ id: '3-0' }, { id: '2-0' }]);
    assert.deepEqual([feed.items.map(item => item.id), feed.news], [['2-0', '1-0'], 1]);
    feed.release();
    assert.deepEqual([feed.items.map(item => item.id), feed.news, feed.isFrozen], [['3-0', '2-0', '1-0'], 0, false]);
    feed.push([{ id: '4-0' }]);
    assert.deepEqual([feed.items.length, feed.oldest, feed.isEndReached], [3, '2-0', false], 'the oldest go, and can be asked for again');
    feed.append([{ id: '1-0' }, { id: '0-5' }], true);
    feed.push([{ id: '5-0' }]);
    assert.equal(feed.items.length, 5, 'who asked for older ones keeps as many');
});

test('server-sent events, in any pieces', () => {
    const text = '\ufeff: hello\r\nid: 7\r\nevent: timeline\r\ndata: {"a":\r\ndata: 1}\r\n\r\ndata\n\nevent: empty\n\nid: 8\ndata: x\rdata:y\n\n';
    const expected = [{ event: 'timeline', data: '{"a":\n1}', id: '7' }, { event: 'message', data: '', id: '7' }, { event: 'message', data: 'x\ny', id: '8' }];
    for (const length of [1, 2, 3, 7, 1000]) {
        const stream = new EventStream(), events = [];
        for (let at = 0; at < text.length; at += length) events.push(...stream.read(text.slice(at, at + length)));
        assert.deepEqual(events, expected, `in pieces of ${length}`);
        assert.equal(stream.lastId, '8');
    }
});

test('the six answers: well, ill, and not known', () => {
    const well = connectorOf('sales', now);
    assert.deepEqual(answersOn(well, now).map(({ tone }) => tone), Array(6).fill('good'));
    const ill = allWrong('sales', now);
    assert.deepEqual(['arrive', 'reach', 'waits', 'parked', 'subscription', 'dead'].map(id => toneOf(ill, id)), [
        'bad: No: the subscription is disabled', 'warn: No: paused', 'bad: 1,240 deliveries', 'bad: Brevo', 'bad: No: Calendly has disabled it', 'warn: 21 dead letters']);
    const down = connectorOf('sales', now, { redis: { up: false, reason: 'refused', since_ms: now }, backlog: { entries: null, oldest_ms: null, in_flight: 0 }, dead_letters: { count: null, since_ms: null } });
    assert.deepEqual(['arrive', 'reach', 'waits', 'dead'].map(id => toneOf(down, id)), ['bad: No: Redis does not answer', 'bad: No: Redis does not answer', 'calm: Not known', 'calm: Not known']);
});

test('an edge in doubt and a machine in trouble are answered as the verdict says', () => {
    const edgeOf = severity => connectorOf('sales', now, { edge: { state: 'wrong', reason: 'a probe did not arrive' }, problems: [{ id: 'edge.path', severity, sentence: 'x', since_ms: now }] });
    assert.equal(toneOf(edgeOf('warn'), 'arrive'), 'warn: Perhaps not: a probe of the public URL failed');
    assert.equal(toneOf(edgeOf('fail'), 'arrive'), 'bad: No: the public URL does not lead here');
    const machine = connectorOf('sales', now, { problems: [{ id: 'agent.trouble_machine', severity: 'fail', sentence: 'No descriptor is left.', since_ms: now }] });
    assert.equal(toneOf(machine, 'reach'), 'bad: No: the machine is in trouble');
});

test('late is late after a quarter of an hour, and too late after two', () => {
    const waiting = age => connectorOf('sales', now, { backlog: { entries: 1, oldest_ms: now - age, in_flight: 1 } });
    assert.deepEqual([14, 16, 121].map(minutes => toneOf(waiting(minutes * minute), 'waits')), ['good: 1 delivery', 'warn: 1 delivery', 'bad: 1 delivery']);
    assert.equal(toneOf(waiting(16 * minute), 'reach'), 'warn: Late');
});

test('the worst connector comes first, and the title of the window tells it', () => {
    const all = [['b', 'healthy'], ['a', 'healthy'], ['c', 'unhealthy'], ['d', 'degraded']].map(([name, verdict]) => ({ name, verdict }));
    assert.deepEqual(worstFirst(all).map(one => one.name), ['c', 'd', 'a', 'b']);
    assert.equal(titleOf({ verdict: 'degraded' }, all[0]), '! b: healthy · calendly-brevo');
});

test('charts: columns as uPlot wants them, sentences and minutes in words', () => {
    const rates = ratesOf(now), [rate, age, calls] = charts;
    const columns = columnsOf(rate, rates.per);
    assert.deepEqual([columns.length, columns[0].length, columns[0][59] * 1000], [4, 60, Math.floor(now / minute) * minute]);
    assert.match(sentenceOn(rate, rates), /^3\.4 arrive and 3\.2 reach Brevo a minute, over the last five; 3 were given up in the last hour\.$/);
    assert.match(sentenceOn(age, rates), /^At most 1\.5 s from arrival/);
    assert.equal(sentenceOn(age, emptyRates(now)), 'None reached Brevo in the last hour.');
    assert.match(sentenceOn(calls, rates), /^\d+ calls to Calendly and \d+ to Brevo/);
    assert.equal(sentenceOn(calls, { ...rates, per: [] }), 'Nothing is known yet.');
    assert.equal(minuteWords(age, { age_ms: null }), '– slowest of the minute');
});

test('each module is loaded at once, or the page would wait for the network again', () => {
    const folder = fileURLToPath(new URL('../../../agent/web/operator/', import.meta.url)), html = readFileSync(`${folder}operator.html`, 'utf8');
    const late = ['early.js', 'main.js', 'uplot.js'];
    for (const name of readdirSync(folder).filter(file => file.endsWith('.js') && !late.includes(file))) assert.ok(html.includes(`modulepreload" href="/operator/${name}"`), name);
});

test('the licence of the charts goes along', () => {
    for (const name of ['uplot.js', 'uplot.css']) assert.match(readFileSync(new URL(`../../../agent/web/operator/${name}`, import.meta.url), 'utf8'), /^\/\*! uPlot [\d.]+,[^]*MIT License[^]*Copyright[^]*Permission is hereby granted[^]*\*\//);
});
