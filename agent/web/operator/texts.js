// What others wrote, made fit to be looked at: no sign changes the order of the others, none is invisible, nothing is endless.
const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const named = sign => `[U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`;

/** For a text of several lines: signs that are not seen are named, lines and tabs stay. */
export const visible = text => String(text).replace(/\r\n/g, '\n').replace(hidden, named);

/** For one line: cut after so many characters, and said how many there are. */
export function line(text, limit = 120) {
    const whole = String(text);
    const part = whole.length > limit ? whole.slice(0, limit) : whole;
    const shown = visible(part.replace(/[\r\n\t]+/g, ' '));
    return whole.length > limit ? `${shown}… (${number(whole.length)} characters)` : shown;
}

export const number = n => new Intl.NumberFormat('en-GB').format(n);

/** "1 booking", "1,234 bookings". */
export const count = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

export function size(bytes) {
    if (bytes < 1000) return count(bytes, 'byte');
    return bytes < 1e6 ? `${(bytes / 1e3).toFixed(bytes < 1e4 ? 1 : 0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
