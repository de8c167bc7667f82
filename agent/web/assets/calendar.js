// What a calendar shows: which of the offered instants lie on which day of a zone, the weeks of a month, where the
// arrow keys lead. Days and months are texts ('YYYY-MM-DD', 'YYYY-MM') and know no zone.
import { dayAt } from './zones.js';

const millisecondsOfDay = 86400000;
const numberOf = day => Date.parse(`${day}T00:00:00Z`) / millisecondsOfDay;
const dayOf = number => new Date(number * millisecondsOfDay).toISOString().slice(0, 10);

export const monthOf = day => day.slice(0, 7);
export const addDays = (day, count) => dayOf(numberOf(day) + count);

/** 1 for Monday to 7 for Sunday. */
export const weekdayOf = day => ((numberOf(day) + 3) % 7 + 7) % 7 + 1;

export function addMonths(month, count) {
    const [year, number] = month.split('-').map(Number);
    const total = year * 12 + number - 1 + count;
    return `${String(Math.floor(total / 12)).padStart(4, '0')}-${String(total % 12 + 1).padStart(2, '0')}`;
}

export const lastDayOf = month => addDays(`${addMonths(month, 1)}-01`, -1);

/** The same day of another month, or that month's last one when it has no such day. */
export function dayInMonth(day, month) {
    const wanted = month + day.slice(7);
    return wanted <= lastDayOf(month) ? wanted : lastDayOf(month);
}

/** Six weeks of seven: a day, or null where another month's would stand. Always six, so that nothing jumps. */
export function weeksOf(month, weekStart) {
    const first = `${month}-01`, last = lastDayOf(month);
    const start = addDays(first, -((weekdayOf(first) - weekStart + 7) % 7));
    return Array.from({ length: 6 }, (_, week) => Array.from({ length: 7 }, (_, place) => {
        const day = addDays(start, week * 7 + place);
        return day < first || day > last ? null : day;
    }));
}

/** Where a key leads from a day; null for a key that leads nowhere. */
export function dayByKey(day, key, weekStart) {
    const fromStart = (weekdayOf(day) - weekStart + 7) % 7;
    switch (key) {
        case 'ArrowLeft': return addDays(day, -1);
        case 'ArrowRight': return addDays(day, 1);
        case 'ArrowUp': return addDays(day, -7);
        case 'ArrowDown': return addDays(day, 7);
        case 'Home': return addDays(day, -fromStart);
        case 'End': return addDays(day, 6 - fromStart);
        case 'PageUp': return dayInMonth(day, addMonths(monthOf(day), -1));
        case 'PageDown': return dayInMonth(day, addMonths(monthOf(day), 1));
        default: return null;
    }
}

/** Day -> its times, both in order. A time is {at, start, remaining}: the instant, and how the agent wrote it. */
export function byDay(times, zone) {
    const days = new Map();
    for (const time of times) {
        const day = dayAt(time.at, zone);
        if (!days.has(day)) days.set(day, []);
        days.get(day).push(time);
    }
    return days;
}

/** The agent's list as ours: in order, each instant once, without what is no instant. */
export function timesFrom(list) {
    const times = new Map();
    for (const { start, remaining } of list) {
        const at = Date.parse(start);
        if (!Number.isNaN(at) && !times.has(at)) times.set(at, { at, start, remaining });
    }
    return [...times.values()].sort((a, b) => a.at - b.at);
}

/** Times under the headings morning, afternoon, evening; one group without heading when there are few. */
export function byPartOfDay(times, hourOf) {
    if (times.length <= 8) return [{ part: null, times }];
    const groups = [['morning', 0, 12], ['afternoon', 12, 18], ['evening', 18, 24]].map(([part, from, to]) => ({
        part, times: times.filter(time => hourOf(time.at) >= from && hourOf(time.at) < to),
    })).filter(group => group.times.length);
    return groups.length > 1 ? groups : [{ part: null, times }];
}
