// What is being booked: beside the calendar and the form, or above them on a narrow screen.
import { el, icon } from './dom.js';
import { lengthText } from './formats.js';
import { locationWords, videoNames } from './form.js';
import { typeOf } from './flow.js';

/** A place in words: 'Zoom', 'We call you', an address. */
export function placeText(location, t) {
    const kind = locationWords[location.kind];
    if (kind === 'video') return t('place.video', { name: videoNames[location.kind] });
    return location.location || t(`place.${kind ?? 'custom'}`);
}

export const placeIcon = kind => ({ video: 'video', callYou: 'phone', callUs: 'phone' })[locationWords[kind]] ?? 'pin';

const fact = (name, ...content) => el('li', { class: 'fact' }, icon(name), el('span', {}, ...content));

function placeFact(type, t) {
    const locations = type.locations ?? [];
    if (!locations.length) return null;
    if (locations.length > 1) return fact('pin', t('place.several', { count: locations.length }));
    return fact(placeIcon(locations[0].kind), placeText(locations[0], t));
}

export function summary({ t, formats, act }) {
    const root = el('aside', { class: 'summary', 'aria-label': t('summary.label') });
    let shown = null;
    function update(state) {
        const type = typeOf(state);
        const content = JSON.stringify([type?.id, state.types?.length, state.view, state.start, state.zone, formats().halfDays]);
        if (content === shown) return;
        shown = content;
        const parts = [];
        if (state.types?.length > 1 && state.view === 'picker') {
            parts.push(el('button', { type: 'button', class: 'back', onclick: act.toTypes }, icon('left'), t('summary.allTypes')));
        }
        if (state.view === 'details') {
            parts.push(el('button', { type: 'button', class: 'back', onclick: act.back }, icon('left'), t('summary.back')));
        }
        if (!type) {
            parts.push(...[60, 40, 50].map(width => el('div', { class: `skeleton skeleton-line w${width}` })));
        } else {
            parts.push(el('h1', {}, type.name), el('ul', { class: 'facts' },
                fact('clock', lengthText(type.duration_minutes, formats())), placeFact(type, t),
                type.kind === 'group' && fact('people', t('type.group')),
                state.view === 'details' && chosenFact(state, type)));
            if (type.description) parts.push(el('p', { class: `description${state.view === 'details' ? ' is-secondary' : ''}` }, type.description));
        }
        root.replaceChildren(...parts);
    }
    function chosenFact(state, type) {
        const { time, date, offset } = formats();
        const end = state.start + type.duration_minutes * 60000;
        return el('li', { class: 'fact fact-chosen' }, icon('calendar'), el('span', {},
            el('strong', {}, date(state.start, state.zone)), el('br'),
            `${time(state.start, state.zone)} \u2013 ${time(end, state.zone)}`, el('br'),
            el('span', { class: 'muted' }, `${state.zone.replaceAll('_', ' ')} (${offset(state.start, state.zone)})`)));
    }
    return { root, update };
}
