import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatsFor, lengthText, localeFor, weekStartOf } from '../../../agent/web/assets/formats.js';
import { languageFor, languages, makeWords } from '../../../agent/web/assets/words.js';

const assets = new URL('../../../agent/web/assets/', import.meta.url);
const wordsOf = async language => (await import(new URL(`words-${language}.js`, assets))).default;

for (const language of languages) {
    test(`${language} has the keys of English, and the same values in each sentence`, async () => {
        const english = await wordsOf('en'), words = await wordsOf(language);
        assert.deepEqual(Object.keys(words), Object.keys(english));
        for (const [key, sentence] of Object.entries(words)) {
            assert.deepEqual(namesIn(sentence), namesIn(english[key]), key);
            assert.ok(sentence.trim(), key);
        }
    });
}
const namesIn = sentence => (sentence.match(/\{\w+\}/g) ?? []).sort();

test('every key that the modules use is there, and every key is used', async () => {
    const english = await wordsOf('en');
    const sources = readdirSync(assets).filter(name => name.endsWith('.js') && !name.startsWith('words-')).map(name => readFileSync(new URL(name, assets), 'utf8')).join('\n');
    const written = [...sources.matchAll(/'((?:[a-z]+)\.[A-Za-z0-9]+(?:\.[a-z]+)?)'/g)].map(match => match[1]);
    const base = key => key.replace(/\.(one|other)$/, '');
    const keys = new Set(Object.keys(english).map(key => english[`${base(key)}.one`] ? base(key) : key));
    const families = new Set([...keys].map(key => key.split('.')[0]));
    const used = written.filter(key => families.has(key.split('.')[0]) && !/\.js$/.test(key));
    assert.deepEqual(used.filter(key => !keys.has(key) && !english[key]), []);
    const built = ['place.', 'field.', 'problem.', 'refused.', 'trouble.', 'times.']; // made of a prefix and a name
    assert.deepEqual([...keys].filter(key => !written.includes(key) && !sources.includes(`'${key}'`) && !built.some(prefix => key.startsWith(prefix))), []);
});

test('the language asked for, or the first of the browser that is here, or English', () => {
    assert.equal(languageFor('de', ['fr']), 'de');
    assert.equal(languageFor('de-AT', []), 'de');
    assert.equal(languageFor('xx', ['pt-BR', 'es-MX', 'en']), 'es');
    assert.equal(languageFor(null, ['ja']), 'en');
});

test('the region comes from a browser of the same language; for English from any', () => {
    assert.equal(localeFor('de', ['en-US', 'de-AT']), 'de-AT');
    assert.equal(localeFor('de', ['en-US']), 'de');
    assert.equal(localeFor('en', ['de-DE']), 'en-DE');
    assert.equal(localeFor('en', ['en-GB']), 'en-GB');
    assert.equal(localeFor('en', ['not a tag!']), 'en');
});

test('clock and first day of the week are the locale\'s, and the visitor\'s choice of a clock goes before', () => {
    assert.equal(formatsFor('en-US', null).halfDays, true);
    assert.equal(formatsFor('en-GB', null).halfDays, false);
    assert.equal(formatsFor('de', null).time(Date.parse('2026-08-05T13:05:00Z'), 'Europe/Berlin'), '15:05');
    assert.match(formatsFor('de', true).time(Date.parse('2026-08-05T13:05:00Z'), 'Europe/Berlin'), /^3:05/);
    assert.equal(formatsFor('de', false).time(Date.parse('2026-08-05T22:00:00Z'), 'Europe/Berlin'), '00:00');
    assert.deepEqual(['en-US', 'de', 'ar-EG'].map(weekStartOf), [7, 1, 6]);
    assert.equal(formatsFor('en-US', null).weekdays[0].long, 'Sunday');
});

test('plural forms and numbers are the language\'s', async () => {
    const t = makeWords(await wordsOf('de'), 'de');
    assert.equal(t('day.free', { count: 1 }), '1 Termin frei');
    assert.equal(t('day.free', { count: 1200 }), '1.200 Termine frei');
    assert.equal(makeWords(await wordsOf('fr'), 'fr')('day.free', { count: 0 }), '0 horaire libre');
    assert.equal(lengthText(90, formatsFor('de', null)), '1 Stunde 30 Min.');
    assert.equal(lengthText(120, formatsFor('en-US', null)), '2 hours');
});
