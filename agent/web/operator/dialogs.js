// What asks before something is done, and who signs in.
import { el, set } from './dom.js';
import { button, setText, whileBusy } from './parts.js';

let numbers = 0;

function open(dialog) {
    document.body.append(dialog);
    dialog.showModal();
    return new Promise(done => dialog.addEventListener('close', () => {
        dialog.remove();
        done(dialog.result ?? null);
    }));
}

/**
 * Asks; null: it was not wanted. Otherwise what run(text of the field) came to. Where it fails, that is said here and the
 * question stays; run may throw {changed: {title, confirm, text}}: then that is what is asked.
 */
export function ask({ title, content = [], field, confirm, isDangerous = false, run }) {
    const id = `ask-${++numbers}`;
    const heading = el('h2', { id }, title);
    const trouble = el('p', { class: 'trouble', role: 'alert' });
    const input = field && el('input', { class: 'input', id: `${id}-field`, maxlength: field.limit, required: true, autocomplete: 'off' });
    const yes = el('button', { class: `button ${isDangerous ? 'is-danger' : 'is-main'}`, type: 'submit' }, confirm);
    const dialog = el('dialog', { class: 'ask', 'aria-labelledby': id },
        el('form', { novalidate: true, onsubmit: event => { event.preventDefault(); act(); } },
            heading, ...content,
            field && el('div', { class: 'field' }, el('label', { for: `${id}-field` }, field.label), input),
            trouble,
            el('div', { class: 'buttons' }, yes, button('Cancel', () => dialog.close()))));

    const act = () => whileBusy(yes, async () => {
        const text = input?.value.trim();
        if (input && !text) {
            setText(trouble, field.missing);
            set(input, 'aria-invalid', 'true');
            return input.focus();
        }
        try {
            dialog.result = await run(text);
            dialog.close();
        } catch (error) {
            setText(trouble, error.changed?.text ?? error.message);
            if (!error.changed) return;
            setText(heading, error.changed.title);
            setText(yes, error.changed.confirm);
        }
    });
    const answer = open(dialog);
    if (!input) yes.focus();
    return answer;
}

/** Until the reader has signed in. */
export function askToken(signIn, { isAgain }) {
    const id = `ask-${++numbers}`;
    const trouble = el('p', { class: 'trouble', role: 'alert' });
    const input = el('input', { class: 'input', id: 'token', type: 'password', autocomplete: 'current-password', spellcheck: 'false', autocapitalize: 'off' });
    const yes = el('button', { class: 'button is-main', type: 'submit' }, 'Sign in');
    const submit = () => whileBusy(yes, async () => {
        const token = input.value.trim();
        try {
            if (!token) throw new Error('Enter the token.');
            await signIn(token);
            dialog.result = true;
            dialog.close();
        } catch (error) {
            setText(trouble, error.message);
            set(input, 'aria-invalid', 'true');
            input.focus();
        }
    });
    const dialog = el('dialog', { class: 'ask sign-in', 'aria-labelledby': id, oncancel: event => event.preventDefault() },
        el('form', { novalidate: true, onsubmit: event => { event.preventDefault(); submit(); } },
            el('h2', { id }, isAgain ? 'Your session has ended' : 'Sign in'),
            el('p', {}, isAgain ? 'Nothing was done since. Sign in again, and it goes on where you were.' : 'This page shows what became of bookings, and asks for the token of the agent.'),
            el('div', { class: 'field' }, el('label', { for: 'token' }, 'Token'), input, el('p', { class: 'hint' }, 'It stands in connector.yaml: ', el('code', {}, 'admin.token'))),
            trouble, el('div', { class: 'buttons' }, yes)));
    // A second Escape closes it whatever we say.
    const again = () => open(dialog).then(isIn => isIn ?? again());
    return again();
}
