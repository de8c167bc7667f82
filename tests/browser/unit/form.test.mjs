import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookingFrom, emailMeant, fieldAt, fieldsOf, phoneFrom, problemsOf, refusedKey, valuesFrom } from '../../../agent/web/assets/form.js';
import { call, demo, workshop } from '../fake_agent.mjs';

const formOf = (type, query = '') => {
    const fields = fieldsOf(type, new URLSearchParams(query));
    return { type, fields, values: valuesFrom(fields, new URLSearchParams(query)), query: new URLSearchParams(query) };
};
const start = Date.parse('2026-11-30T09:00:00Z');

test('fields come in the order of their positions; one required choice alone is a box to tick', () => {
    const shuffled = { ...demo, questions: [...demo.questions].reverse() };
    assert.deepEqual(fieldsOf(shuffled).map(field => [field.id, field.kind]), [['name', 'line'], ['email', 'email'], ['q0', 'paragraph'],
        ['q1', 'one'], ['q2', 'several'], ['q3', 'phone'], ['q4', 'consent'], ['guests', 'guests']]);
});

test('a place is asked for when there are several, or when one needs words of the visitor', () => {
    const asks = type => fieldsOf(type).some(field => field.kind === 'location');
    assert.deepEqual([demo, call, workshop, { ...call, pooling: 'round_robin' }, { ...call, locations: [call.locations[0]] }].map(asks), [false, true, false, false, true]);
});

test('the address fills in what it may, by text or by number, and nothing that is the visitor\'s own act', () => {
    const { values } = formOf(demo, 'name=Ada&email=ada%40example.com&a1=All&a2=2&a3=events,3&a4=%2B491701234567&a5=1');
    assert.deepEqual(values, { name: 'Ada', email: 'ada@example.com', q0: 'All', q1: { chosen: '11 to 100', other: '' },
        q2: { chosen: ['Events', 'Lists'], other: '' }, q3: '+491701234567', q4: false, guests: '' });
    assert.deepEqual(formOf(demo, 'a2=none%20of%20them').values.q1, { chosen: null, isOther: true, other: 'none of them' });
    assert.equal(formOf(demo, 'name=A%00%1Bb').values.name, 'A  b');
});

test('two names are asked for when the address fills in two', () => {
    const form = formOf(call, 'first_name=Ada&last_name=&email=a@b.de');
    assert.deepEqual(form.fields.slice(0, 3).map(field => field.id), ['first_name', 'last_name', 'email']);
    assert.deepEqual([form.values.first_name, problemsOf(form.fields, form.values).get('last_name')], ['Ada', 'required']);
    form.values.last_name = ' www.evil.example';
    assert.equal(problemsOf(form.fields, form.values).get('last_name'), 'webAddress');
    form.values.last_name = ' Lovelace ';
    form.values.location = { index: 1, text: '' };
    const { name, first_name: first, last_name: last } = bookingFrom({ ...form, start, zone: 'UTC' });
    assert.deepEqual([name, first, last], [undefined, 'Ada', 'Lovelace']);
    assert.equal(formOf(call, 'name=Ada&first_name=A').fields[0].id, 'name');
    assert.equal(fieldAt(form.fields, 'name').id, 'first_name');
    assert.equal(fieldAt(form.fields, 'last_name').id, 'last_name');
});

test('texts are for types that the address says to send them; the number is the visitor\'s own act', () => {
    assert.ok(!fieldsOf(demo).some(field => field.id === 'text_reminder_number'));
    const form = formOf(workshop, 'text_reminder=1&text_reminder_number=%2B491701234567&name=Ada&email=a@b.de');
    assert.equal(form.values.text_reminder_number, '');
    assert.equal(problemsOf(form.fields, form.values).size, 0, 'not required');
    assert.equal('text_reminder_number' in bookingFrom({ ...form, start, zone: 'UTC' }), false);
    form.values.text_reminder_number = '0170 1234567';
    assert.equal(problemsOf(form.fields, form.values).get('text_reminder_number'), 'phone');
    form.values.text_reminder_number = '+49 (170) 123-4567';
    assert.equal(bookingFrom({ ...form, start, zone: 'UTC' }).text_reminder_number, '+491701234567');
});

test('what the agent refuses has words of its own for every kind of field', () => {
    const form = formOf({ ...demo, locations: call.locations }, 'text_reminder=1');
    form.values.location = { index: 0, text: '+491' };
    assert.deepEqual(form.fields.map(field => refusedKey(field, form.values[field.id])), ['refused.name', 'refused.email', 'problem.phone',
        'problem.required', 'problem.choose', 'problem.chooseSome', 'problem.phone', 'problem.consent', 'problem.phone', 'refused.guests']);
    assert.equal(refusedKey(form.fields[3], 'long'), 'refused.answer');
    assert.equal(refusedKey(form.fields[4], { chosen: 'more', other: '' }), 'refused.choice');
    assert.equal(refusedKey(form.fields[5], { chosen: ['Events'], other: '' }), 'refused.choice');
    assert.equal(refusedKey(form.fields[2], { index: 1, text: '' }), 'refused.location');
    assert.equal(refusedKey(form.fields[2], { index: null, text: '' }), 'refused.location');
});

test('what is missing or wrong is said by field', () => {
    const { fields, values } = formOf(demo, 'email=nobody&a4=0170');
    assert.deepEqual([...problemsOf(fields, values)], [['name', 'required'], ['email', 'email'], ['q1', 'choose'], ['q3', 'phone'], ['q4', 'consent']]);
    const good = { ...values, name: 'Ada', email: 'ada@example.com', q1: { chosen: 'more', other: '' }, q3: '', q4: true };
    assert.equal(problemsOf(fields, good).size, 0);
    assert.equal(problemsOf(fields, { ...good, q1: { chosen: null, isOther: true, other: ' ' } }).get('q1'), 'other');
    assert.equal(problemsOf(fields, { ...good, guests: 'a@b.de, nobody' }).get('guests'), 'guests');
    assert.equal(problemsOf(fields, { ...good, guests: 'a@b.de '.repeat(11) }).get('guests'), 'tooManyGuests');
});

test('a name is no advertisement: the agent refuses web addresses in it', () => {
    const { fields, values } = formOf(call, 'name=Win%20at%20https://evil.example&email=a@b.de');
    assert.equal(problemsOf(fields, values).get('name'), 'webAddress');
});

test('a call needs a number', () => {
    const { fields, values } = formOf(call, 'name=A&email=a@b.de');
    const problem = location => problemsOf(fields, { ...values, location }).get('location');
    assert.deepEqual([problem({ index: null, text: '' }), problem({ index: 0, text: '' }), problem({ index: 0, text: '123' }), problem({ index: 0, text: '+49 170 1234567' }), problem({ index: 1, text: '' })],
        ['choose', 'phoneNeeded', 'phone', undefined, undefined]);
});

test('the booking has exactly what the API takes; empty answers are left out', () => {
    const form = formOf(demo, 'utm_source=news&utm_evil=x&name=Ada&email=ada@example.com&a2=1');
    form.values.q4 = true;
    form.values.q3 = '+49 (170) 123-4567';
    form.values.guests = 'a@b.de; c@d.de';
    assert.deepEqual(bookingFrom({ ...form, start, zone: 'Europe/Berlin' }), {
        event_type: demo.id, start: '2026-11-30T09:00:00Z', name: 'Ada', email: 'ada@example.com', timezone: 'Europe/Berlin',
        answers: [{ position: 1, text: '1 to 10' }, { position: 3, text: '+491701234567' }, { position: 4, text: 'I agree to the terms' }],
        location: { kind: 'zoom_conference' }, guests: ['a@b.de', 'c@d.de'], utm_source: 'news',
    });
});

test('several choices are a list; a place goes with its words; round robin has none', () => {
    const form = formOf(demo, 'a3=Events,Lists');
    assert.deepEqual(bookingFrom({ ...form, start, zone: 'UTC' }).answers, [{ position: 2, text: ['Events', 'Lists'] }]);
    const phone = formOf(call);
    phone.values.location = { index: 0, text: '0049 170 1234567' };
    assert.deepEqual(bookingFrom({ ...phone, start, zone: 'UTC' }).location, { kind: 'outbound_call', location: '+491701234567' });
    assert.equal(bookingFrom({ ...formOf({ ...call, pooling: 'round_robin' }), start, zone: 'UTC' }).location, undefined);
});

test('numbers as people write them; national ones need their country', () => {
    assert.deepEqual(['+49 170 / 1234567', '0044 20 7946 0000', '030 901820', '+0123456789', 'call me'].map(phoneFrom), ['+491701234567', '+442079460000', null, null, null]);
});

test('a mistyped host is a hint, a rare one is not', () => {
    assert.deepEqual(['ann@gmial.com', 'Ann@gmai.com', 'a@webb.de', 'ann@gmail.com', 'ann@acme.com', 'ann'].map(emailMeant),
        ['ann@gmail.com', 'Ann@gmail.com', 'a@web.de', null, null, null]);
});

test('the agent\'s names of members lead to fields', () => {
    const fields = fieldsOf(call), questions = fieldsOf(demo);
    assert.equal(fieldAt(fields, 'location.location').id, 'location');
    assert.equal(fieldAt(questions, 'answers[2]').id, 'q2');
    assert.equal(fieldAt(questions, 'answers[22]'), null);
    assert.equal(fieldAt(questions, 'guests[1]').id, 'guests');
    assert.equal(fieldAt(questions, 'first_name').id, 'name');
    assert.equal(fieldAt(questions, 'start'), null);
    assert.equal(fieldAt(questions, null), null);
});
