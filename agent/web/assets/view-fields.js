// The fields of the form: one control each, with label, hint and what is wrong beside it.
import { el } from './dom.js';
import { placeNeeds } from './form.js';
import { placeText } from './view-summary.js';

const mark = (field, t) => field.required ? el('span', { class: 'required', title: t('field.requiredMark') }, '\u00a0*') : el('span', { class: 'optional' }, ` ${t('field.optional')}`);

const describedBy = (field, hasHint) => [hasHint ? `${field.id}-hint` : null, `${field.id}-error`].filter(Boolean).join(' ');

const errorLine = field => el('p', { class: 'error', id: `${field.id}-error`, hidden: true });

/** {root, value(), first, showProblem(text)}: `first` is what gets the focus. */
export function fieldControl(field, value, tools) {
    const make = { one: choices, several: choices, location: places, consent, guests }[field.kind] ?? line;
    const control = make(field, value, tools);
    const error = control.root.querySelector('.error');
    control.showProblem = text => {
        error.textContent = text ?? '';
        error.hidden = !text;
        control.root.classList.toggle('is-wrong', Boolean(text));
        for (const input of control.inputs()) {
            if (text) input.setAttribute('aria-invalid', 'true');
            else input.removeAttribute('aria-invalid');
        }
    };
    return control;
}

function textInput(field, value, { t, changed }, attributes = {}) {
    const types = { email: 'email', phone: 'tel' };
    const common = { id: field.id, class: 'input', oninput: changed, 'aria-describedby': describedBy(field, attributes.hint),
        'aria-required': String(field.required), autocomplete: field.autocomplete ?? (field.kind === 'phone' ? 'tel' : 'off'), placeholder: attributes.placeholder ?? null };
    const input = field.kind === 'paragraph' ? el('textarea', { ...common, rows: '3', maxlength: '10000' })
        : el('input', { ...common, type: types[field.kind] ?? 'text', maxlength: '255', inputmode: field.kind === 'phone' ? 'tel' : null,
            spellcheck: field.kind === 'email' ? 'false' : null });
    input.value = value;
    return input;
}

function line(field, value, tools) {
    const { t } = tools;
    const hint = field.id === 'text_reminder_number' ? t('field.reminderHint') : field.kind === 'phone' ? t('field.phoneHint') : null;
    const input = textInput(field, value, tools, { hint: hint || field.kind === 'email' });
    const hintLine = hint ? el('p', { class: 'hint', id: `${field.id}-hint` }, hint)
        : field.kind === 'email' ? el('p', { class: 'hint', id: `${field.id}-hint`, role: 'status' }) : null;
    const root = el('div', { class: 'field' }, el('label', { for: field.id }, field.label ?? t(`field.${field.id}`), mark(field, t)), input, hintLine, errorLine(field));
    return { root, first: input, hint: hintLine, inputs: () => [input], value: () => input.value, write: text => { input.value = text; } };
}

function consent(field, value, { t, changed }) {
    const box = el('input', { type: 'checkbox', id: field.id, onchange: changed, 'aria-describedby': describedBy(field), 'aria-required': 'true' });
    box.checked = value;
    const said = field.choices[0] === field.label ? null : el('span', { class: 'question' }, field.label);
    const root = el('div', { class: 'field' }, said, el('label', { class: 'choice', for: field.id }, box, el('span', {}, field.choices[0], mark(field, t))), errorLine(field));
    return { root, first: box, inputs: () => [box], value: () => box.checked };
}

function group(field, t, ...content) {
    return el('fieldset', { class: 'field', 'aria-describedby': `${field.id}-error` },
        el('legend', {}, field.label ?? t(`field.${field.id}`), mark(field, t)), ...content, errorLine(field));
}

// Radio buttons or check boxes; the last may be "other" with a line of its own.
function choices(field, value, { t, changed }) {
    const type = field.kind === 'one' ? 'radio' : 'checkbox';
    const isChosen = choice => field.kind === 'one' ? value.chosen === choice : value.chosen.includes(choice);
    const box = (id, isOn, text) => {
        const input = el('input', { type, name: field.id, id, onchange: refresh });
        input.checked = isOn;
        return { input, root: el('label', { class: 'choice', for: id }, input, el('span', {}, text)) };
    };
    const boxes = field.choices.map((choice, i) => box(`${field.id}-${i}`, isChosen(choice), choice));
    const other = field.other ? box(`${field.id}-other`, Boolean(value.isOther), t('field.other')) : null;
    const otherText = el('input', { type: 'text', class: 'input', maxlength: '255', 'aria-label': t('field.otherText', { question: field.label }), oninput: changed });
    otherText.value = value.other;
    if (other) otherText.hidden = !other.input.checked;
    function refresh(event) {
        if (other) {
            otherText.hidden = !other.input.checked;
            if (event.target === other.input && other.input.checked) otherText.focus();
        }
        changed();
    }
    const root = group(field, t, el('div', { class: 'choices' }, boxes.map(one => one.root), other?.root, other && otherText));
    const all = [...boxes, ...other ? [other] : []].map(one => one.input);
    return {
        root, first: all[0], inputs: () => all,
        value: () => {
            const chosen = field.choices.filter((_, i) => boxes[i].input.checked);
            const isOther = Boolean(other?.input.checked);
            return { chosen: field.kind === 'one' ? chosen[0] ?? null : chosen, isOther, other: otherText.value };
        },
    };
}

// Where to meet; some places need a number or words from the visitor.
function places(field, value, { t, changed }) {
    const isOnly = field.locations.length === 1;
    const needsOf = index => index === null ? null : placeNeeds(field.locations[index]);
    const boxes = isOnly ? [] : field.locations.map((location, i) => {
        const input = el('input', { type: 'radio', name: field.id, id: `${field.id}-${i}`, onchange: refresh });
        input.checked = value.index === i;
        return { input, root: el('label', { class: 'choice', for: input.id }, input, el('span', {}, placeText(location, t))) };
    });
    const text = el('input', { class: 'input', id: `${field.id}-text`, oninput: changed, maxlength: '255', 'aria-describedby': `${field.id}-hint ${field.id}-error` });
    text.value = value.text;
    const textLabel = el('label', { for: text.id });
    const hint = el('p', { class: 'hint', id: `${field.id}-hint` });
    const textBox = el('div', { class: 'place-text' }, textLabel, text, hint);
    const indexNow = () => isOnly ? 0 : boxes.findIndex(box => box.input.checked);
    function draw() {
        const needs = needsOf(indexNow() < 0 ? null : indexNow());
        textBox.hidden = !needs;
        text.type = needs === 'phone' ? 'tel' : 'text';
        text.autocomplete = needs === 'phone' ? 'tel' : 'off';
        textLabel.textContent = t(needs === 'phone' ? 'field.placePhone' : 'field.placeText');
        hint.textContent = needs === 'phone' ? t('field.phoneHint') : '';
    }
    function refresh() {
        draw();
        changed();
    }
    draw();
    const root = group(field, t, el('div', { class: 'choices' }, boxes.map(box => box.root)), textBox);
    return {
        root, get first() { return isOnly || needsOf(indexNow() < 0 ? null : indexNow()) ? text : boxes[0].input; },
        inputs: () => [...boxes.map(box => box.input), text],
        value: () => ({ index: indexNow() < 0 ? null : indexNow(), text: text.value }),
    };
}

// Folded away until somebody wants it.
function guests(field, value, tools) {
    const { t } = tools;
    const input = el('textarea', { class: 'input', id: field.id, rows: '2', oninput: tools.changed, 'aria-describedby': describedBy(field, true), autocomplete: 'off', spellcheck: 'false' });
    input.value = value;
    const box = el('div', { hidden: !value }, el('label', { for: field.id }, t('field.guests'), mark(field, t)), input, el('p', { class: 'hint', id: `${field.id}-hint` }, t('field.guestsHint')), errorLine(field));
    const button = el('button', { type: 'button', class: 'button is-quiet', hidden: Boolean(value), onclick: () => {
        box.hidden = false;
        button.hidden = true;
        input.focus();
    } }, t('field.addGuests'));
    return { root: el('div', { class: 'field' }, button, box), first: input, inputs: () => [input], value: () => input.value };
}
