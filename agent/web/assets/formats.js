// Dates, times and lengths as the visitor's language and region write them.
import { offsetAt, offsetText } from './zones.js';

const localeOf = tag => {
    try {
        return new Intl.Locale(tag);
    } catch {
        return null;
    }
};

/**
 * The locale for a page in this language. A visitor whose browser speaks that language keeps the browser's region (de-AT,
 * en-GB). English tells little about where its reader lives, so there the region of another language counts, too (en-DE).
 */
export function localeFor(language, browserTags) {
    const locales = browserTags.map(localeOf).filter(Boolean);
    const same = locales.find(locale => locale.language === language);
    if (same) return same.toString();
    const region = language === 'en' ? locales.find(locale => locale.region)?.region : null;
    return region ? `${language}-${region}` : language;
}

/** 1 for Monday to 7 for Sunday; Monday where the browser does not know. */
export function weekStartOf(tag) {
    const locale = localeOf(tag);
    return (locale?.getWeekInfo?.() ?? locale?.weekInfo)?.firstDay ?? 1;
}

export const usesHalfDays = tag => new Intl.DateTimeFormat(tag, { hour: 'numeric' }).resolvedOptions().hour12 === true;

/** All that writes a date. `halfDays` is the visitor's own choice of a clock with AM and PM, or null. */
export function formatsFor(locale, halfDays) {
    const twelve = halfDays ?? usesHalfDays(locale);
    const hours = { hour: twelve ? 'numeric' : '2-digit', minute: '2-digit', hourCycle: twelve ? 'h12' : 'h23' };
    const made = new Map();
    const format = (value, options) => {
        const name = JSON.stringify(options);
        if (!made.has(name)) made.set(name, new Intl.DateTimeFormat(locale, options));
        return made.get(name).format(value);
    };
    const ofDay = (day, options) => format(Date.parse(`${day}T12:00:00Z`), { timeZone: 'UTC', ...options });
    return {
        locale, halfDays: twelve, weekStart: weekStartOf(locale),
        time: (instant, zone) => format(instant, { timeZone: zone, ...hours }),
        /** 'Tuesday, 4 August 2026' */
        day: day => ofDay(day, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
        /** 'Tuesday, 4 August' */
        shortDay: day => ofDay(day, { weekday: 'long', day: 'numeric', month: 'long' }),
        dayNumber: day => String(Number(day.slice(8))),
        month: month => ofDay(`${month}-01`, { month: 'long', year: 'numeric' }),
        date: (instant, zone) =>
            format(instant, { timeZone: zone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
        offset: (instant, zone) => offsetText(offsetAt(instant, zone)),
        /** [{short, long}] from the first day of the week. */
        weekdays: Array.from({ length: 7 }, (_, place) => {
            const day = `2024-01-0${(weekStartOf(locale) - 1 + place) % 7 + 1}`; // 1 January 2024 was a Monday
            return { short: ofDay(day, { weekday: 'short' }), long: ofDay(day, { weekday: 'long' }) };
        }),
        unit: (count, unit) =>
            new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: count % 1 || unit === 'minute' ? 'short' : 'long' }).format(count),
        list: items => new Intl.ListFormat(locale, { type: 'conjunction' }).format(items),
    };
}

/** '45 min', '1 hour', '1 hour 30 min'. */
export function lengthText(minutes, formats) {
    const hours = Math.floor(minutes / 60), rest = minutes % 60;
    const parts = [hours ? formats.unit(hours, 'hour') : null, rest || !hours ? formats.unit(rest, 'minute') : null];
    return parts.filter(Boolean).join(' ');
}
