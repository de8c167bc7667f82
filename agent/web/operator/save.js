// A file for the reader, made here.
import { el } from './dom.js';

export function save(name, content, type = 'application/json') {
    const address = URL.createObjectURL(new Blob([content], { type }));
    const link = el('a', { href: address, download: name, hidden: true });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
}

/** Of a connector, of now: dead-sales-2026-11-28T02-13-05.json */
export const fileName = (what, connector, now = Date.now()) =>
    `${what}-${connector.replace(/[^\w.-]+/g, '_')}-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}.json`;
