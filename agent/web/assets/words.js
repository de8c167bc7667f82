// The words of the page in the visitor's language. words-<language>.js have one set of keys; a test compares them.

export const languages = ['en', 'de', 'fr', 'es'];

/** The language asked for, or the browser's first that is here, or English. */
export function languageFor(asked, browserTags) {
    const known = tag => languages.find(language => language === String(tag).toLowerCase().split(/[-_]/)[0]);
    return [asked, ...browserTags].map(known).find(Boolean) ?? 'en';
}

/**
 * t(key, values): the sentence with {names} filled in. With `count` among the values a key may have the forms key.one
 * and key.other, as the language's plural rules ask.
 */
export function makeWords(words, locale) {
    const plural = new Intl.PluralRules(locale), number = new Intl.NumberFormat(locale);
    const wordsOf = (key, values) => {
        if (values.count === undefined || words[key] !== undefined) return words[key];
        return words[`${key}.${plural.select(values.count)}`] ?? words[`${key}.other`];
    };
    const t = (key, values = {}) => (wordsOf(key, values) ?? key).replace(/\{(\w+)\}/g, (whole, name) =>
        typeof values[name] === 'number' ? number.format(values[name]) : values[name] ?? whole);
    t.has = key => words[key] !== undefined;
    return t;
}
