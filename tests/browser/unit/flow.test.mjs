import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begin, daysOf, isKnown, monthWithTimes, nearest, next, timesOf } from '../../../agent/web/assets/flow.js';

const now = Date.parse('2026-11-28T16:00:00Z');
const types = [{ id: 'A', name: 'Demo' }, { id: 'B', name: 'Call' }];
const list = (...starts) => starts.map(start => ({ start, remaining: 1 }));
const until = text => Date.parse(text);
const after = (state, ...steps) => steps.reduce((one, [name, values]) => next(one, { name, ...values }), state);
const times = (...starts) => ['times', { times: list(...starts), from: until('2026-11-28T00:00:00Z'), until: until('2027-03-01T00:00:00Z'), now }];
const start = (zone = 'UTC', typeId = 'A') => begin({ zone, now, typeId });

test('without a type in the address the visitor chooses one first', () => {
    const state = after(start('UTC', null), ['types', { types }]);
    assert.equal(state.view, 'types');
    assert.equal(after(state, ['type', { id: 'B' }]).view, 'picker');
});

test('a type that is not among those that can be booked is said so', () => {
    assert.equal(after(start('UTC', 'X'), ['types', { types }]).view, 'unknown');
    assert.equal(after(start('UTC', 'X'), ['trouble', { trouble: { code: 'not_bookable' } }]).view, 'unknown');
});

test('it opens on the first day that has times, be it months ahead, and never moves by itself again', () => {
    const opened = after(start(), times('2027-01-12T09:00:00Z', '2027-01-12T10:00:00Z', '2027-01-14T09:00:00Z'));
    assert.deepEqual([opened.month, opened.day, timesOf(opened).length], ['2027-01', '2027-01-12', 2]);
    const looked = after(opened, ['month', { month: '2026-12' }]);
    assert.deepEqual([looked.month, looked.day, monthWithTimes(looked, '2026-12')], ['2026-12', null, '2027-01']);
    assert.equal(after(looked, times('2027-01-12T09:00:00Z')).month, '2026-12');
});

test('another month shows its first free day', () => {
    const state = after(start(), times('2026-11-30T09:00:00Z', '2026-12-07T09:00:00Z', '2026-12-08T09:00:00Z'), ['month', { month: '2026-12' }]);
    assert.equal(state.day, '2026-12-07');
});

test('the calendar goes neither into the past nor on for ever', () => {
    const state = after(start(), times('2026-11-30T09:00:00Z'));
    assert.equal(after(state, ['month', { month: '2026-10' }]).month, '2026-11');
    assert.equal(after(state, ['month', { month: '2029-01' }]).month, '2026-11');
});

test('a month is known once the agent has spoken for all of it', () => {
    const state = after(start(), times());
    assert.deepEqual(['2027-02', '2027-03'].map(month => isKnown(state, month)), [true, false]);
    assert.equal(isKnown(start(), '2026-11'), false);
    assert.equal(isKnown({ ...state, zone: 'America/New_York' }, '2027-02'), false); // there it is still February
});

test('what is told anew takes the place of what was known, and leaves the rest', () => {
    const state = after(start(), times('2026-11-30T09:00:00Z', '2026-11-30T10:00:00Z'),
        ['times', { times: list('2027-04-01T09:00:00Z'), from: until('2027-03-01T00:00:00Z'), until: until('2027-06-01T00:00:00Z'), now }],
        times('2026-11-30T10:00:00Z'));
    assert.deepEqual(state.times.map(time => time.start), ['2026-11-30T10:00:00Z', '2027-04-01T09:00:00Z']);
    assert.equal(state.until, until('2027-06-01T00:00:00Z'));
});

test('past times are never offered', () => {
    const state = after(start(), times('2026-11-28T15:00:00Z', '2026-11-28T17:00:00Z'));
    assert.deepEqual(state.times.map(time => time.start), ['2026-11-28T17:00:00Z']);
    assert.equal(after(state, ['tick', { now: until('2026-11-28T17:00:00Z') }]).day, null);
});

test('another zone shows the same instants; the chosen day follows them', () => {
    const state = after(start('UTC'), times('2026-11-30T22:00:00Z', '2026-11-30T23:00:00Z', '2026-12-02T09:00:00Z'));
    const tokyo = after(state, ['zone', { zone: 'Asia/Tokyo' }]);
    assert.deepEqual([tokyo.day, tokyo.month, timesOf(tokyo).length], ['2026-12-01', '2026-12', 2]);
    assert.deepEqual([...daysOf(tokyo).values()].flat().map(time => time.at), state.times.map(time => time.at));
    const honolulu = after(tokyo, ['zone', { zone: 'Pacific/Honolulu' }]);
    assert.deepEqual([honolulu.day, honolulu.month], ['2026-11-30', '2026-11']);
});

test('further west a month may begin earlier than where the page was opened', () => {
    const first = begin({ zone: 'Asia/Tokyo', now: until('2026-11-30T16:00:00Z'), typeId: 'A' });
    const state = after(first, ['times', { times: list('2026-11-30T17:00:00Z'), from: 0, until: until('2027-03-01T00:00:00Z'), now: until('2026-11-30T16:00:00Z') }],
        ['zone', { zone: 'America/New_York' }]);
    assert.deepEqual([state.month, state.firstMonth, state.day], ['2026-11', '2026-11', '2026-11-30']);
});

test('a time that went meanwhile: the form stays, the time is gone from the list, the nearest are offered', () => {
    const at = until('2026-11-30T09:00:00Z'), other = until('2026-11-30T10:00:00Z');
    const state = after(start(), times('2026-11-30T09:00:00Z', '2026-11-30T10:00:00Z'), ['time', { start: at }], ['sending'],
        ['refused', { trouble: { code: 'taken', alternatives: [other], schedulingUrl: 'https://calendly.com/x' } }]);
    assert.deepEqual([state.view, state.sending, state.conflict.start, state.conflict.alternatives], ['details', false, at, [other]]);
    assert.deepEqual(timesOf(state).map(time => time.at), [other]);
    const chosen = after(state, ['time', { start: other }]);
    assert.deepEqual([chosen.view, chosen.start, chosen.conflict], ['details', other, null]);
});

test('a time that is seen to be gone when the form opened is said so, unless it is being booked', () => {
    const at = until('2026-11-30T09:00:00Z');
    const state = after(start(), times('2026-11-30T09:00:00Z'), ['time', { start: at }]);
    assert.ok(after(state, ['gone', { at, alternatives: [] }]).conflict);
    assert.equal(after(state, ['sending'], ['gone', { at, alternatives: [] }]).conflict, null);
    assert.equal(after(state, ['toPicker'], ['gone', { at, alternatives: [] }]).view, 'picker');
});

test('back from the form the day of the chosen time is open', () => {
    const state = after(start(), times('2026-11-30T09:00:00Z', '2026-12-07T09:00:00Z'), ['day', { day: '2026-12-07' }], ['time', { start: until('2026-12-07T09:00:00Z') }], ['toPicker']);
    assert.deepEqual([state.view, state.day, state.month], ['picker', '2026-12-07', '2026-12']);
});

test('the three nearest, in order', () => {
    assert.deepEqual(nearest([1, 4, 5, 6, 9, 20].map(at => ({ at })), 5), [1, 4, 6]);
    assert.deepEqual(nearest([{ at: 7 }], 7), []);
});
