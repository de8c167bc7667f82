// Reads the page's address, begins to ask the agent, and starts the page in the visitor's language.
import { makeApi } from './api.js';
import { startApp } from './app.js';
import { localeFor } from './formats.js';
import { languageFor, makeWords } from './words.js';

// /book/<connector> or /book/<connector>/<event type>
const [connector = '', typeId = null] = location.pathname.split('/').filter(Boolean).slice(1).map(part => {
    try {
        return decodeURIComponent(part);
    } catch {
        return part;
    }
});
const query = new URLSearchParams(location.search);
const api = makeApi('/v1/scheduling/', (...call) => fetch(...call));
const language = languageFor(query.get('lang'), navigator.languages);
const locale = localeFor(language, navigator.languages);
const wordsComing = import(`./words-${language}.js`);
const app = startApp({ api, connector, typeId, query, language, locale, window });
const { default: words } = await wordsComing;
document.documentElement.lang = language;
app.show(makeWords(words, locale));
