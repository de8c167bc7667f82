// The event type's colour, made to be read: WCAG's contrast on light and on dark.

const channels = hex => [1, 3, 5].map(place => parseInt(hex.slice(place, place + 2), 16));
const hexOf = rgb => `#${rgb.map(value => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
const mixed = (a, b, share) => hexOf(channels(a).map((value, i) => value + (channels(b)[i] - value) * share));

function luminance(hex) {
    const [r, g, b] = channels(hex).map(value => value / 255)
        .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** 1 to 21. */
export function contrast(a, b) {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
}

export const isColour = text => typeof text === 'string' && /^#[0-9a-f]{6}$/i.test(text);

function until(colour, towards, enough) {
    let share = 0, now = colour;
    while (!enough(now) && share < 1) now = mixed(colour, towards, share += 0.04);
    return now;
}

/** {fill, onFill, ink, soft}: of buttons, of the writing on them, of coloured writing, of a coloured ground. */
export function accentFrom(colour, surface) {
    const towards = luminance(surface) > 0.5 ? '#000000' : '#ffffff';
    const soft = mixed(surface, colour, luminance(surface) > 0.5 ? 0.1 : 0.2);
    const ink = until(colour, towards, now => contrast(now, soft) >= 4.6 && contrast(now, surface) >= 4.6);
    const fill = until(colour, towards, now => contrast(now, surface) >= 3.1
        && Math.max(contrast(now, '#ffffff'), contrast(now, '#10131a')) >= 4.6);
    return { fill, onFill: contrast(fill, '#ffffff') >= 4.5 ? '#ffffff' : '#10131a', ink, soft };
}
