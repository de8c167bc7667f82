// Instants and time zones. An instant is a number of milliseconds; a day is 'YYYY-MM-DD', a month 'YYYY-MM'. Nothing
// here adds hours to an instant: what a clock shows somewhere is asked of the browser for that very instant.

const clocks = new Map();

function clockOf(zone) {
    let clock = clocks.get(zone);
    if (!clock) {
        clock = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
            timeZone: zone, hourCycle: 'h23', era: 'short', year: 'numeric', month: '2-digit', day: '2-digit',
            hour: '2-digit', minute: '2-digit', second: '2-digit',
        });
        clocks.set(zone, clock);
    }
    return clock;
}

export function isZone(name) {
    if (typeof name !== 'string' || !/^[A-Za-z]/.test(name)) return false;
    try {
        clockOf(name);
        return true;
    } catch {
        return false;
    }
}

/** The browser's own zone, or UTC. */
export function ownZone() {
    const name = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    return isZone(name) ? name : 'UTC';
}

function partsAt(instant, zone) {
    const parts = {};
    for (const { type, value } of clockOf(zone).formatToParts(instant)) parts[type] = value;
    return parts;
}

/** The day that a calendar in this zone shows at that instant. */
export function dayAt(instant, zone) {
    const { year, month, day } = partsAt(instant, zone);
    return `${year.padStart(4, '0')}-${month}-${day}`;
}

/** The hour, 0 to 23, that a clock in this zone shows at that instant. */
export const hourAt = (instant, zone) => Number(partsAt(instant, zone).hour) % 24;

/** How far ahead of UTC the zone's clocks are at that instant, in minutes. */
export function offsetAt(instant, zone) {
    const { year, month, day, hour, minute, second } = partsAt(instant, zone);
    const shown = Date.UTC(year, month - 1, day, hour % 24, minute, second);
    return Math.round((shown - Math.floor(instant / 1000) * 1000) / 60000);
}

/** 'UTC', 'UTC+1', 'UTC+5:30', 'UTC−3' (with a real minus sign). */
export function offsetText(minutes) {
    if (minutes === 0) return 'UTC';
    const size = Math.abs(minutes);
    const rest = size % 60 ? `:${String(size % 60).padStart(2, '0')}` : '';
    return `UTC${minutes < 0 ? '\u2212' : '+'}${Math.floor(size / 60)}${rest}`;
}

/** 'America/Argentina/Buenos_Aires' as people write it: 'Buenos Aires'. */
export const placeName = zone => zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
