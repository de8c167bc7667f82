// Elements from text: what others wrote becomes text nodes and attributes, never markup.

/** An element; attributes that are functions listen to events, false and null leave the attribute out. */
export function el(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) set(element, attribute, value);
    element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
    return element;
}

export function set(element, attribute, value) {
    if (typeof value === 'function') element.addEventListener(attribute.slice(2), value);
    else if (value === false || value === null || value === undefined) element.removeAttribute(attribute);
    else element.setAttribute(attribute, value === true ? '' : value);
}

const shapes = {
    clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 4v5l3.5 2',
    pin: 'M12 21s7-6.1 7-11a7 7 0 1 0-14 0c0 4.9 7 11 7 11Zm0-8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
    video: 'M4 7h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1Zm11 4 6-3v8l-6-3',
    phone: 'M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3Z',
    globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm-9 9h18M12 3c2.5 2.5 3.8 5.5 3.8 9s-1.3 6.5-3.8 9c-2.5-2.5-3.8-5.5-3.8-9S9.500 5.500 12 3Z',
    calendar: 'M5 5h14a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Zm-1 5h16M8 3v4m8-4v4',
    person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.500 8c.8-3.500 3.800-5.500 7.500-5.500s6.700 2 7.500 5.500',
    people: 'M9 11.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM2.500 19.500c.7-3.200 3.200-5 6.500-5s5.800 1.800 6.500 5M16 5a3.500 3.500 0 0 1 0 6.500m2 3.500c1.800.8 3 2.300 3.500 4.500',
    left: 'm14.500 5-7 7 7 7', right: 'm9.500 5 7 7-7 7', check: 'm5 12.500 4.500 4.500L19 7.500',
    alert: 'M12 4 2.500 20h19L12 4Zm0 6v4.500m0 2.500v.2', download: 'M12 4v11m-4.500-4.500L12 15l4.500-4.500M4 20h16',
    note: 'M4 5h16v11H9l-5 4V5Z', cross: 'm7 7 10 10M17 7 7 17', minus: 'M3 12h18', again: 'M20 12a8 8 0 1 1-2.500-5.800M20 4v4h-4',
};

/** A drawing beside words, which screen readers pass over. */
export function icon(name) {
    const space = 'http://www.w3.org/2000/svg';
    const drawing = document.createElementNS(space, 'svg');
    drawing.setAttribute('viewBox', '0 0 24 24');
    drawing.setAttribute('class', 'icon');
    drawing.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS(space, 'path');
    path.setAttribute('d', shapes[name]);
    drawing.append(path);
    return drawing;
}

/** A link that leaves this page for another tab. */
export const linkOut = (address, text, attributes = {}) =>
    el('a', { href: address, target: '_blank', rel: 'noopener noreferrer', ...attributes }, text);
