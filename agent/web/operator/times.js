// Moments and spans in words, in the reader's zone.
const second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;

/** How long: "12 s", "4 min", "2 h 5 min", "3 days". */
export function span(ms) {
    if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
    if (ms < 10 * second) return `${(Math.floor(ms / 100) / 10).toString()} s`;
    if (ms < minute) return `${Math.floor(ms / second)} s`;
    if (ms < hour) return `${Math.floor(ms / minute)} min`;
    const minutes = Math.floor(ms % hour / minute);
    if (ms < 2 * day) return `${Math.floor(ms / hour)} h${minutes && ms < 12 * hour ? ` ${minutes} min` : ''}`;
    return `${Math.floor(ms / day)} days`;
}

/** "4 min ago"; a clock that goes wrong a little is no future. */
export function ago(ms, now) {
    const age = now - ms;
    if (age < -minute) return `in ${span(-age)}`;
    return age < second ? 'just now' : `${span(Math.floor(age / second) * second)} ago`;
}

const format = (ms, options) => new Intl.DateTimeFormat('en-GB', options).format(ms);
const dayOf = ms => format(ms, { year: 'numeric', month: '2-digit', day: '2-digit' });

/** "02:13" of today, "yesterday 02:13", "27 Nov, 02:13". */
export function moment(ms, now) {
    const clock = format(ms, { hour: '2-digit', minute: '2-digit' });
    if (dayOf(ms) === dayOf(now)) return clock;
    if (dayOf(ms) === dayOf(now - day)) return `yesterday ${clock}`;
    const isThisYear = format(ms, { year: 'numeric' }) === format(now, { year: 'numeric' });
    return `${format(ms, { day: 'numeric', month: 'short', ...(isThisYear ? {} : { year: 'numeric' }) })}, ${clock}`;
}

/** To the millisecond, with the zone. */
export const exact = ms => format(ms, {
    day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, timeZoneName: 'short',
});
