// Choosing a zone: a combobox with every zone there is. Its text is the search; what is chosen stays until another is.
import { el, icon } from './dom.js';

let module = null;
const loadZones = () => module ??= import('./zone-list.js'); // 600 names: only for those who look for one

export function zoneChooser({ t, formats, act }) {
    let zone = null, zones = [], found = [], active = -1, isOpen = false, list;
    const input = el('input', {
        id: 'zone', class: 'zone-input', type: 'text', role: 'combobox', autocomplete: 'off', spellcheck: 'false',
        autocapitalize: 'off', 'aria-expanded': 'false', 'aria-controls': 'zone-list', 'aria-autocomplete': 'list',
        'aria-describedby': 'zone-now', onfocus: () => input.select(), onclick: open, oninput: search, onkeydown: key,
        onblur: () => close(),
    });
    const now = el('span', { id: 'zone-now', class: 'zone-now' });
    const options = el('ul', { id: 'zone-list', class: 'zone-list', role: 'listbox', 'aria-label': t('zone.label'), hidden: true,
        onmousedown: event => event.preventDefault(), onclick: choose });
    const count = el('span', { class: 'hidden', role: 'status' });
    const root = el('div', { class: 'zone' }, el('label', { class: 'zone-label', for: 'zone' }, icon('globe'), t('zone.label')),
        el('div', { class: 'zone-box' }, input, options), now, count);

    async function load() {
        isOpen = true;
        list = await loadZones();
        if (!zones.length) zones = list.allZones(formats().locale);
    }

    async function open() {
        if (isOpen) return;
        await load();
        if (isOpen) draw(zones, zones.findIndex(one => one.name === zone));
    }

    async function search() {
        await load();
        if (!isOpen) return;
        const wanted = input.value.trim();
        const matches = list.findZones(zones, wanted, Date.now());
        draw(matches, wanted && matches.length ? 0 : -1);
        count.textContent = t('zone.found', { count: matches.length });
    }

    function draw(matches, at) {
        found = matches;
        const instant = Date.now();
        options.replaceChildren(...matches.map((one, i) => el('li', { id: `zone-${i}`, role: 'option', 'data-index': i, 'aria-selected': String(one.name === zone) },
            el('span', { class: 'zone-name' }, one.name.replaceAll('_', ' ')),
            el('span', { class: 'zone-country' }, one.country),
            el('span', { class: 'zone-time' }, `${formats().time(instant, one.name)} \u00b7 ${list.offsetNow(one.name, instant)}`))));
        if (!matches.length) options.append(el('li', { class: 'zone-none', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' }, t('zone.none')));
        options.hidden = false;
        input.setAttribute('aria-expanded', 'true');
        activate(at);
    }

    function activate(at) {
        options.querySelector('.is-active')?.classList.remove('is-active');
        active = at;
        const option = at < 0 ? null : options.children[at];
        if (!option) return input.removeAttribute('aria-activedescendant');
        option.classList.add('is-active');
        input.setAttribute('aria-activedescendant', option.id);
        const { offsetTop: top, offsetHeight: height } = option;
        if (top < options.scrollTop || top + height > options.scrollTop + options.clientHeight) {
            options.scrollTop = top - (options.clientHeight - height) / 2;
        }
    }

    async function key(event) {
        if (event.key === 'Escape' && isOpen) {
            event.preventDefault();
            close();
            input.select();
        } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            if (!isOpen || options.hidden) return open();
            const step = event.key === 'ArrowDown' ? 1 : -1;
            if (found.length) activate((Math.max(active, step > 0 ? -1 : 0) + step + found.length) % found.length);
        } else if (event.key === 'Enter') {
            event.preventDefault();
            if (isOpen && found[active]) take(found[active].name);
            else open();
        }
    }

    function choose(event) {
        const option = event.target.closest('[data-index]');
        if (option) take(found[Number(option.dataset.index)].name);
    }

    function take(name) {
        close(name);
        act.chooseZone(name);
        input.select();
    }

    function close(name = zone) {
        isOpen = false;
        options.hidden = true;
        options.replaceChildren();
        count.textContent = '';
        input.setAttribute('aria-expanded', 'false');
        input.removeAttribute('aria-activedescendant');
        input.value = name.replaceAll('_', ' ');
    }

    function update(state) {
        if (state.zone !== zone) {
            zone = state.zone;
            if (!isOpen) input.value = zone.replaceAll('_', ' ');
        }
        const { time, offset } = formats();
        now.textContent = t('zone.now', { time: time(Date.now(), zone), offset: offset(Date.now(), zone) });
    }
    return { root, update };
}
