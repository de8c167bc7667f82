// The first step where a connector has several event types: a list of them.
import { el, icon } from './dom.js';
import { lengthText } from './formats.js';

function card(type, { t, formats, act }) {
    const isGroup = type.kind === 'group';
    return el('li', {}, el('button', { type: 'button', class: 'type', 'data-type': type.id, onclick: () => act.chooseType(type.id) },
        el('span', { class: 'type-text' },
            el('span', { class: 'type-name' }, type.name),
            el('span', { class: 'type-facts' },
                el('span', { class: 'fact' }, icon('clock'), lengthText(type.duration_minutes, formats())),
                isGroup && el('span', { class: 'fact' }, icon('people'), t('type.group'))),
            type.description && el('span', { class: 'type-description' }, type.description)),
        icon('right')));
}

export function typesView(context) {
    const { t } = context;
    const heading = el('h1', { tabindex: '-1' }, t('types.title'));
    const list = el('div');
    function update(state) {
        list.setAttribute('aria-busy', String(!state.types));
        list.replaceChildren(state.types
            ? el('ul', { class: 'types' }, state.types.map(type => card(type, context)))
            : el('div', { class: 'types' }, [1, 2, 3].map(() => el('div', { class: 'skeleton skeleton-type' }))));
    }
    return { root: el('section', { class: 'view view-types' }, heading, el('p', { class: 'lead' }, t('types.lead')), list), heading, update, title: () => t('types.title') };
}
