// Writes agent/web/assets/zone-names.js from the tz database of this machine:
//   node tests/browser/make_zone_names.mjs > agent/web/assets/zone-names.js
import { readFileSync } from 'node:fs';

const lines = name => readFileSync(`/usr/share/zoneinfo/${name}`, 'utf8').split('\n');

const target = new Map(); // name -> what it is a link to, or itself
for (const line of lines('tzdata.zi')) {
    const words = line.split(' ');
    if (words[0] === 'Z') target.set(words[1], words[1]);
    if (words[0] === 'L') target.set(words[2], words[1]);
}
target.delete('Factory');
const country = new Map();
for (const line of lines('zone.tab')) {
    if (!line || line.startsWith('#')) continue;
    const [code, , name] = line.split('\t');
    country.set(name, code);
}
const byCountry = new Map();
for (const name of [...target.keys()].sort()) {
    const code = country.get(name) ?? country.get(target.get(name)) ?? '';
    byCountry.set(code, [...(byCountry.get(code) ?? []), name]);
}
console.log(`// Every name of the tz database, old ones too, behind the country it is in; made by tests/browser/make_zone_names.mjs.
export const zoneNames = \`${
    [...byCountry.keys()].sort().map(code => `${code}:${byCountry.get(code).join(' ')}`).join('\n')}\`;`);
