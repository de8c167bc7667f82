// Every zone there is, and finding one by what a visitor may type: a city, a country, an offset, the name of a time.
import { offsetAt, offsetText, placeName, isZone } from './zones.js';
import { zoneNames } from './zone-names.js';

/** As it is compared: small letters without accents, every gap one space. */
export const plain = text => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/[\s_/,.-]+/g, ' ').trim();

function countryNames(locale) {
    try {
        const names = new Intl.DisplayNames([locale], { type: 'region' });
        return code => code ? names.of(code) : '';
    } catch {
        return code => code;
    }
}

/** [{name, place, country, text}]: all that this browser can show, in the order of their names. */
export function allZones(locale) {
    const countryOf = countryNames(locale), list = [];
    for (const line of zoneNames.split('\n')) {
        const [code, names] = line.split(':');
        const country = countryOf(code);
        for (const name of names.split(' ')) {
            if (isZone(name)) list.push({ name, place: placeName(name), country, text: plain(`${name} ${country}`) });
        }
    }
    return list.sort((a, b) => a.name < b.name ? -1 : 1);
}

/** 'utc+2', 'GMT +02:00', '+5:30', '-3': the minutes that are meant, or null. */
export function offsetMeant(query) {
    const match = /^(?:utc|gmt)?\s*([+\-\u2212])\s*(\d{1,2})(?::?([0-5]\d))?$/i.exec(query.trim());
    if (!match) return null;
    const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
    return match[1] === '+' ? minutes : -minutes;
}

/** Those that fit, the best first: a city that begins so, then a country, then a word anywhere. */
export function findZones(zones, query, now) {
    const offset = offsetMeant(query);
    if (offset !== null) return zones.filter(zone => offsetAt(now, zone.name) === offset);
    const wanted = plain(query);
    if (!wanted) return zones;
    const words = wanted.split(' ');
    const rank = zone => {
        if (plain(zone.place).startsWith(wanted) || zone.text.startsWith(wanted)) return 0;
        if (plain(zone.country).startsWith(wanted)) return 1;
        const beginnings = ` ${zone.text}`;
        if (words.every(word => beginnings.includes(` ${word}`))) return 2;
        return words.every(word => zone.text.includes(word)) ? 3 : 4;
    };
    return zones.map(zone => ({ zone, rank: rank(zone) })).filter(found => found.rank < 4)
        .sort((a, b) => a.rank - b.rank).map(found => found.zone);
}

/** 'UTC+1' of a zone now. */
export const offsetNow = (zone, now) => offsetText(offsetAt(now, zone));
