// The body of a dead letter: JSON, text, or bytes of any kind.

/** Indented as far as it is JSON; null when it is none. */
export function indented(text) {
    try {
        return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
        return null;
    }
}

export function fromBase64(text) {
    try {
        return Uint8Array.from(atob(text), sign => sign.charCodeAt(0));
    } catch {
        return new Uint8Array();
    }
}

const hex = byte => byte.toString(16).padStart(2, '0');
const printable = byte => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';

/** Lines of 16 bytes: where, in hex, as letters. */
export function dump(bytes, from = 0, length = bytes.length) {
    const lines = [];
    for (let at = from; at < Math.min(bytes.length, from + length); at += 16) {
        const row = [...bytes.subarray(at, Math.min(at + 16, from + length))];
        lines.push(`${at.toString(16).padStart(6, '0')}  ${row.map(hex).join(' ').padEnd(47)}  ${row.map(printable).join('')}`);
    }
    return lines.join('\n');
}

/** What is shown of a letter: {kind: 'json'|'text'|'bytes'|'masked', text or bytes}. */
export function contentOf(letter) {
    if (typeof letter.body === 'string') {
        const json = letter.body_is_json ? indented(letter.body) : null;
        return json === null ? { kind: 'text', text: letter.body } : { kind: 'json', text: json };
    }
    if (typeof letter.body_base64 === 'string') return { kind: 'bytes', bytes: fromBase64(letter.body_base64) };
    return { kind: 'masked' };
}
