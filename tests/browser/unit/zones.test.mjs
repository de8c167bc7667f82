import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { byDay, timesFrom } from '../../../agent/web/assets/calendar.js';
import { formatsFor } from '../../../agent/web/assets/formats.js';
import { allZones, findZones, offsetMeant } from '../../../agent/web/assets/zone-list.js';
import { dayAt, hourAt, isZone, offsetAt, offsetText } from '../../../agent/web/assets/zones.js';

const at = text => Date.parse(text);

test('a day, an hour and an offset are those of the zone at that instant', () => {
    assert.equal(dayAt(at('2026-12-31T23:30:00Z'), 'Europe/Berlin'), '2027-01-01');
    assert.equal(dayAt(at('2027-01-01T00:30:00Z'), 'America/New_York'), '2026-12-31');
    assert.equal(hourAt(at('2026-06-01T22:00:00Z'), 'Europe/Berlin'), 0);
    assert.equal(offsetAt(at('2026-01-01T12:00:00Z'), 'Europe/Berlin'), 60);
    assert.equal(offsetAt(at('2026-07-01T12:00:00Z'), 'Europe/Berlin'), 120);
    assert.equal(offsetAt(at('2026-07-01T12:00:00.5Z'), 'Asia/Kathmandu'), 345);
    assert.equal(offsetAt(at('2026-07-01T12:00:00Z'), 'Pacific/Marquesas'), -570);
});

test('offsets are written as people write them', () => {
    assert.deepEqual([0, 60, 345, -180, -570].map(offsetText), ['UTC', 'UTC+1', 'UTC+5:45', 'UTC\u22123', 'UTC\u22129:30']);
});

test('old names are zones, nonsense is none', () => {
    assert.ok(isZone('Asia/Calcutta') && isZone('Asia/Kolkata') && isZone('US/Pacific'));
    assert.ok(!isZone('Europe/Atlantis') && !isZone('') && !isZone(null) && !isZone('+02:00'));
});

test('every name of the tz database can be chosen', { skip: !existsSync('/usr/share/zoneinfo/tzdata.zi') }, () => {
    const names = readFileSync('/usr/share/zoneinfo/tzdata.zi', 'utf8').split('\n').map(line => line.split(' '))
        .flatMap(([kind, first, second]) => kind === 'Z' ? [first] : kind === 'L' ? [second] : []).filter(isZone);
    const listed = new Set(allZones('en').map(zone => zone.name));
    assert.ok(names.length > 300);
    assert.deepEqual(names.filter(name => !listed.has(name)), []);
});

test('a zone is found by city, country in any language, words, offset, and without accents', () => {
    const now = at('2026-01-15T12:00:00Z');
    const find = (query, locale = 'en') => findZones(allZones(locale), query, now).map(zone => zone.name);
    assert.equal(find('new york')[0], 'America/New_York');
    assert.equal(find('Vancouver')[0], 'America/Vancouver');
    assert.deepEqual(find('indien', 'de').sort(), ['Asia/Calcutta', 'Asia/Kolkata']);
    assert.equal(find('Sao Pau')[0], 'America/Sao_Paulo');
    assert.ok(find('côte d', 'fr').includes('Africa/Abidjan'));
    assert.ok(find('UTC+5:30').includes('Asia/Kolkata') && find('UTC+5:30').length < 5);
    assert.ok(find('gmt-3').includes('America/Sao_Paulo'));
    assert.ok(find('europe ber').includes('Europe/Berlin'));
    assert.deepEqual(find('atlantis'), []);
    assert.equal(find('').length, allZones('en').length);
});

test('an offset is read in every common spelling', () => {
    assert.deepEqual(['UTC+2', 'gmt -03:30', '+5:45', '\u22124', '2', 'utc', 'Berlin+1'].map(offsetMeant), [120, -210, 345, -240, null, null, null]);
});

// The 24 zones: both hemispheres, half and quarter hours, a change of half an hour, none at all, both sides of the date line.
const zones = ['Europe/Berlin', 'Europe/London', 'Europe/Lisbon', 'Europe/Helsinki', 'Europe/Moscow', 'America/New_York', 'America/Chicago',
    'America/Denver', 'America/Phoenix', 'America/Los_Angeles', 'America/St_Johns', 'America/Sao_Paulo', 'America/Santiago', 'Atlantic/Azores',
    'Africa/Casablanca', 'Africa/Cairo', 'Asia/Jerusalem', 'Asia/Kolkata', 'Asia/Kathmandu', 'Asia/Tokyo', 'Australia/Sydney',
    'Australia/Lord_Howe', 'Pacific/Auckland', 'Pacific/Chatham'];

// Where clocks change in a year: both weekends of those zones that have them, and Berlin's for the others.
function changesOf(zone) {
    const found = [], hour = 3600000, day = 24 * hour;
    for (let from = at('2027-01-01T00:00:00Z'); from < at('2028-01-01T00:00:00Z'); from += day) {
        if (offsetAt(from, zone) === offsetAt(from + day, zone)) continue;
        let now = from;
        while (offsetAt(now, zone) === offsetAt(now + hour, zone)) now += hour;
        found.push(now);
    }
    return found.length ? found : [at('2027-03-28T00:00:00Z'), at('2027-10-31T00:00:00Z')];
}

for (const zone of zones) {
    test(`${zone}: around each change of its clocks a written time leads back to its instant`, () => {
        for (const halfDays of [true, false]) {
            const formats = formatsFor('en-GB', halfDays);
            for (const change of changesOf(zone)) {
                const starts = Array.from({ length: 97 }, (_, i) => change - 86400000 + i * 1800000);
                const times = timesFrom(starts.map(start => ({ start: new Date(start).toISOString(), remaining: 1 })));
                const days = byDay(times, zone);
                assert.deepEqual([...days.values()].flat().map(time => time.at), starts); // none lost, none twice, all in order
                for (const [day, list] of days) {
                    const written = list.map(time => `${formats.time(time.at, zone)} ${formats.offset(time.at, zone)}`);
                    assert.equal(new Set(written).size, list.length, `${day}: two times look alike`);
                    list.forEach((time, i) => assert.equal(instantOf(day, written[i]), time.at, `${day} ${written[i]}`));
                }
            }
        }
    });
}

// What a person makes of '2:30 am UTC+1' on a day.
function instantOf(day, written) {
    const [, hour, minute, half, sign, hours, minutes] =
        /^(\d+):(\d+)\s?(am|pm)? UTC(?:([+\u2212])(\d+)(?::(\d+))?)?$/i.exec(written.replace(/\u202f/g, ' '));
    const hourOfDay = half ? Number(hour) % 12 + (half.toLowerCase() === 'pm' ? 12 : 0) : Number(hour);
    const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '+' ? 1 : -1);
    return Date.parse(`${day}T00:00:00Z`) + ((hourOfDay * 60 + Number(minute)) - offset) * 60000;
}
