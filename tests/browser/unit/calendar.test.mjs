import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addDays, addMonths, byDay, byPartOfDay, dayByKey, dayInMonth, lastDayOf, timesFrom, weekdayOf, weeksOf } from '../../../agent/web/assets/calendar.js';

test('days and months go over the ends of years and of February', () => {
    assert.equal(addDays('2026-12-31', 1), '2027-01-01');
    assert.equal(addDays('2028-03-01', -1), '2028-02-29');
    assert.equal(addMonths('2026-11', 3), '2027-02');
    assert.equal(addMonths('2026-01', -1), '2025-12');
    assert.equal(lastDayOf('2027-02'), '2027-02-28');
    assert.equal(dayInMonth('2027-01-31', '2027-02'), '2027-02-28');
    assert.equal(weekdayOf('2024-01-01'), 1);
    assert.equal(weekdayOf('2026-11-29'), 7);
});

test('a month has six weeks, begins with the day of the locale, and has each of its days once', () => {
    for (const start of [1, 6, 7]) {
        for (let month = '2026-01'; month < '2029-01'; month = addMonths(month, 1)) {
            const weeks = weeksOf(month, start);
            assert.equal(weeks.length, 6);
            weeks.flat().forEach((day, i) => assert.ok(!day || weekdayOf(day) === (start - 1 + i % 7) % 7 + 1));
            assert.deepEqual(weeks.flat().filter(Boolean), Array.from({ length: Number(lastDayOf(month).slice(8)) }, (_, i) => addDays(`${month}-01`, i)));
        }
    }
});

test('arrows go by day and week, Home and End within the week, Page by month', () => {
    const lead = (key, start = 1) => dayByKey('2026-08-05', key, start); // a Wednesday
    assert.deepEqual(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown', 'x'].map(key => lead(key)),
        ['2026-08-04', '2026-08-06', '2026-07-29', '2026-08-12', '2026-08-03', '2026-08-09', '2026-07-05', '2026-09-05', null]);
    assert.equal(lead('Home', 7), '2026-08-02');
    assert.equal(dayByKey('2026-08-02', 'End', 7), '2026-08-08');
});

test('times are put in order, each instant once, nonsense left out', () => {
    const times = timesFrom([{ start: '2026-08-05T10:00:00Z' }, { start: 'soon' }, { start: '2026-08-05T08:00:00Z' }, { start: '2026-08-05T12:00:00+02:00' }]);
    assert.deepEqual(times.map(time => time.start), ['2026-08-05T08:00:00Z', '2026-08-05T10:00:00Z']);
});

test('a time past midnight belongs to the next day further east', () => {
    const times = timesFrom([{ start: '2026-08-05T22:30:00Z' }, { start: '2026-08-05T10:00:00Z' }]);
    assert.deepEqual([...byDay(times, 'UTC').keys()], ['2026-08-05']);
    assert.deepEqual([...byDay(times, 'Asia/Tokyo')].map(([day, list]) => [day, list.length]), [['2026-08-05', 1], ['2026-08-06', 1]]);
});

test('long lists have headings, short ones do not', () => {
    const hours = list => list.map(at => ({ at }));
    assert.deepEqual(byPartOfDay(hours([9, 13]), at => at).map(group => group.part), [null]);
    assert.deepEqual(byPartOfDay(hours([7, 8, 9, 10, 11, 12, 13, 14, 19]), at => at).map(group => [group.part, group.times.length]),
        [['morning', 5], ['afternoon', 3], ['evening', 1]]);
});
