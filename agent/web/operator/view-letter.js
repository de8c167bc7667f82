// One dead letter, whole: why it was given up, what Brevo or Calendly answered, and its body in pieces of a bearable size.
import { contentOf, dump } from './bodies.js';
import { el, set } from './dom.js';
import { statusWords } from './filters.js';
import { badge, button, foreign, renew, setText, time } from './parts.js';
import { fileName, save } from './save.js';
import { count, line, size, visible } from './texts.js';

const piece = { text: 65536, bytes: 4096 };
const kinds = { json: 'JSON', text: 'Text, no JSON', bytes: 'Bytes that are no text', masked: 'Masked' };

export const eventOf = (letter, limit = 80) => letter.event === null ? '(no event named)' : foreign(letter.event, limit);
export const personOf = (letter, limit = 80) => letter.person === null ? '(no e-mail)' : foreign(letter.person, limit);

/**
 * load(): the letter; actions: {replay(button), discard()}, which close it by their promise of true; back(): puts the focus
 * somewhere when the button that it came from is gone.
 */
export function showLetter({ item, connector, load, actions, back }) {
    const close = button('Close', () => dialog.close());
    const content = el('div', { class: 'sheet-content' }, el('p', { class: 'muted' }, 'Reading it…'));
    const act = name => async event => { if (await actions[name](event.currentTarget)) dialog.close(); };
    const dialog = el('dialog', { class: 'sheet', 'aria-labelledby': 'letter-heading', onclose: () => {
        dialog.remove();
        if (document.activeElement === document.body) back();
    } },
        el('div', { class: 'sheet-head' }, el('h2', { id: 'letter-heading' }, 'Dead letter: ', eventOf(item, 40), ', ', personOf(item, 40)), close),
        content,
        el('div', { class: 'buttons sheet-foot' }, button('Replay it', act('replay'), { class: 'button is-main' }), button('Discard it…', act('discard'))));
    document.body.append(dialog);
    dialog.showModal();
    const read = async () => {
        try {
            const letter = await load();
            renew(content, ...partsOf(letter, connector));
        } catch (error) {
            renew(content, el('p', { class: 'note is-bad', role: 'alert' }, `It could not be read: ${error.message} `, button('Try again', read, { class: 'button is-small' })));
        }
    };
    return read();
}

function partsOf(letter, connector) {
    const fact = (name, ...value) => el('div', {}, el('dt', {}, name), el('dd', {}, ...value));
    return [
        letter.superseded && el('p', { class: 'note is-good' }, 'A later delivery of this booking was synced: replaying this one is not needed.'),
        el('p', { class: 'note is-bad' }, el('bdi', {}, line(letter.reason, 600))),
        el('dl', { class: 'facts-list' },
            fact('Answer', statusWords(letter.status)), fact('Attempts', String(letter.attempts)), fact('Given up', time(letter.failed_ms)), fact('Received', time(letter.received_ms)),
            fact('Replayed before', letter.replays ? count(letter.replays, 'time') : 'never'), fact('Dead letter', el('code', {}, line(letter.id))), fact('Delivery', el('code', {}, line(letter.origin_id)))),
        letter.response !== '' && el('section', {}, el('h3', {}, 'What was answered'), pre('What was answered', visible(letter.response).slice(0, piece.text))),
        bodyOf(letter, connector),
    ].filter(Boolean);
}

const pre = (label, text) => el('pre', { tabindex: '0', role: 'region', 'aria-label': label }, text);

function bodyOf(letter, connector) {
    const content = contentOf(letter);
    const head = el('h3', {}, 'Body ', badge(kinds[content.kind]), ' ', badge(size(letter.size)));
    if (content.kind === 'masked') return el('section', {}, head, el('p', { class: 'muted' }, 'What is no text cannot be masked in parts. Switch on “Show personal data” to see its bytes.'));
    const isBytes = content.kind === 'bytes', all = isBytes ? content.bytes.length : content.text.length, step = isBytes ? piece.bytes : piece.text;
    const box = pre('Body', '');
    const shown = el('p', { class: 'muted' });
    const more = button('Show more', () => grow());
    let at = 0;
    const grow = () => {
        const next = isBytes ? `${at ? '\n' : ''}${dump(content.bytes, at, step)}` : visible(content.text.slice(at, at + step));
        box.append(next);
        at = Math.min(all, at + step);
        setText(shown, at < all ? `${size(at)} of ${size(all)} shown.` : '');
        set(more, 'hidden', at >= all);
    };
    grow();
    const download = button('Save the body', () => save(fileName(`body-${letter.id}`, connector), isBytes ? content.bytes : letter.body, 'application/octet-stream'), { class: 'button is-small' });
    return el('section', {}, head, all ? box : el('p', { class: 'muted' }, 'It is empty.'), el('div', { class: 'buttons' }, shown, more, all > 0 && download));
}
