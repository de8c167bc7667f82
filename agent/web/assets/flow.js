// The way of a visitor, as a pure state machine: type -> day -> time -> details -> done. A step makes a new state from the
// old one; nothing here asks the agent, reads a clock or draws.
import { addMonths, byDay, monthOf, timesFrom } from './calendar.js';
import { dayAt } from './zones.js';

export const daysAtOnce = 93; // as many as the agent answers for in one call
const monthsAhead = 24;

export function begin({ zone, now, typeId = null }) {
    return {
        view: typeId ? 'picker' : 'types', zone, types: null, typeId,
        times: [], until: null, loading: Boolean(typeId), trouble: null, opened: false,
        firstMonth: monthOf(dayAt(now, zone)), month: monthOf(dayAt(now, zone)), day: null,
        start: null, conflict: null, sending: false, refusal: null, booking: null, isCanceled: false,
    };
}

export const typeOf = state => state.types?.find(type => type.id === state.typeId) ?? null;
export const daysOf = state => byDay(state.times, state.zone);
export const timesOf = state => state.day ? daysOf(state).get(state.day) ?? [] : [];
export const lastMonth = state => addMonths(state.firstMonth, monthsAhead);

/** Whether everything about this month is known, so that an empty one is empty. */
export const isKnown = (state, month) => state.until !== null && monthOf(dayAt(state.until, state.zone)) > month;

const firstDayIn = (days, month) => [...days.keys()].find(day => monthOf(day) === month) ?? null;

/** The first month from this one on that has times; null when none is known. */
export function monthWithTimes(state, month) {
    const day = [...daysOf(state).keys()].find(one => monthOf(one) >= month);
    return day ? monthOf(day) : null;
}

// Where the picker stands once times are known: what was chosen while it is still there, or else the first day that has any.
function settled(state) {
    const days = daysOf(state);
    if (state.day && days.has(state.day)) return { ...state, month: monthOf(state.day) };
    const inMonth = firstDayIn(days, state.month);
    if (inMonth) return { ...state, day: inMonth };
    const next = state.opened ? null : [...days.keys()][0];
    return next ? { ...state, day: next, month: monthOf(next) } : { ...state, day: null };
}

// What the agent said of [from, until) takes the place of what was known of it.
function withTimes(state, { times, from, until, now }) {
    const outside = state.times.filter(time => time.at < from || time.at >= until);
    const known = timesFrom([...outside, ...times]).filter(time => time.at > now);
    const next = { ...state, times: known, until: Math.max(until, state.until ?? 0), loading: false, trouble: null };
    return { ...settled(next), opened: state.opened || known.length > 0 };
}

// The same instants under other days: the chosen day follows its first time.
function inZone(state, zone) {
    const anchor = timesOf(state)[0]?.at;
    const day = anchor === undefined ? null : dayAt(anchor, zone);
    const month = day ? monthOf(day) : state.month;
    const firstMonth = month < state.firstMonth ? month : state.firstMonth;
    return settled({ ...state, zone, day, month, firstMonth });
}

const chosen = (state, typeId) => ({
    ...state, view: 'picker', typeId, times: [], until: null, loading: true, trouble: null, opened: false,
    month: state.firstMonth, day: null, start: null, conflict: null, refusal: null,
});

const steps = {
    types: (state, { types }) => ({
        ...state, types, trouble: state.view === 'types' ? null : state.trouble,
        view: state.view !== 'done' && state.typeId && !types.some(type => type.id === state.typeId) ? 'unknown' : state.view,
    }),
    type: (state, { id }) => chosen(state, id),
    toTypes: state => ({ ...state, view: 'types', typeId: null, trouble: null }),
    loading: state => ({ ...state, loading: true, trouble: null }),
    times: (state, step) => withTimes(state, step),
    trouble: (state, { trouble }) => trouble.code === 'not_bookable'
        ? { ...state, view: 'unknown', loading: false, trouble } : { ...state, loading: false, trouble },
    month: (state, { month }) =>
        month < state.firstMonth || month > lastMonth(state) ? state
            : { ...state, month, day: firstDayIn(daysOf(state), month) },
    day: (state, { day }) => ({ ...state, day, month: monthOf(day) }),
    zone: (state, { zone }) => inZone(state, zone),
    time: (state, { start }) => ({ ...state, view: 'details', start, conflict: null, refusal: null }),
    toPicker: state => ({
        ...(state.start === null ? state : settled({ ...state, day: dayAt(state.start, state.zone) })),
        view: 'picker', sending: false, conflict: null, refusal: null, isCanceled: false, booking: null,
    }),
    sending: state => ({ ...state, sending: true, refusal: null, conflict: null }),
    refused: (state, { trouble }) => trouble.code === 'taken'
        ? taken(state, trouble) : { ...state, sending: false, refusal: trouble },
    // Looked up when the form opened: somebody was faster.
    gone: (state, { alternatives, at }) => state.view === 'details' && !state.sending && state.start === at
        ? taken(state, { code: 'taken', alternatives }) : state,
    booked: (state, { booking }) => ({ ...state, view: 'done', sending: false, booking, isCanceled: false, conflict: null, refusal: null }),
    canceled: state => ({ ...state, isCanceled: true }),
    again: state => ({ ...state }),
    tick: (state, { now }) => state.times.some(time => time.at <= now)
        ? settled({ ...state, times: state.times.filter(time => time.at > now) }) : state,
};

function taken(state, trouble) {
    return {
        ...state, sending: false, refusal: null,
        conflict: { start: state.start, alternatives: trouble.alternatives, schedulingUrl: trouble.schedulingUrl },
        times: state.times.filter(time => time.at !== state.start),
    };
}

/** The state after a step {name, ...}. */
export function next(state, step) {
    return steps[step.name](state, step);
}

/** The three known times nearest to a start, in order. */
export function nearest(times, start) {
    return times.filter(time => time.at !== start)
        .sort((a, b) => Math.abs(a.at - start) - Math.abs(b.at - start) || a.at - b.at)
        .slice(0, 3).map(time => time.at).sort((a, b) => a - b);
}
