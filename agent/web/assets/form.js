// The form of an event type: which fields it has, what is wrong with what was written, and the booking to ask for.
// A field is {id, kind, label, required, choices?, other?, member, position?}; its value a text, a list or {text, ...}.

export const locationWords = {
    google_conference: 'video', zoom_conference: 'video', gotomeeting_conference: 'video',
    microsoft_teams_conference: 'video', webex_conference: 'video',
    outbound_call: 'callYou', inbound_call: 'callUs', physical: 'inPerson', ask_invitee: 'yourPlace', custom: 'custom',
};
export const videoNames = {
    google_conference: 'Google Meet', zoom_conference: 'Zoom', gotomeeting_conference: 'GoTo Meeting',
    microsoft_teams_conference: 'Microsoft Teams', webex_conference: 'Webex',
};

/** What the visitor must tell of a place: 'phone', 'text' or null. */
export const placeNeeds = ({ kind, needs, location }) =>
    kind === 'outbound_call' ? 'phone' : kind === 'ask_invitee' ? 'text' : needs && !location ? 'text' : null;

const isConsent = question => question.type === 'single_select' && question.required && !question.other
    && question.choices?.length === 1;

function questionField(question) {
    const kinds = { text: 'paragraph', phone_number: 'phone', single_select: 'one', multi_select: 'several' };
    return {
        id: `q${question.position}`, kind: isConsent(question) ? 'consent' : kinds[question.type] ?? 'line',
        label: question.text, required: Boolean(question.required), choices: question.choices ?? [],
        other: Boolean(question.other), member: `answers[${question.position}]`, position: question.position,
    };
}

const nameField = (id, autocomplete) => ({ id, kind: 'line', label: null, required: true, member: id, autocomplete });

// Calendly does not tell whether it wants one name or two; an address that fills in two, does.
const nameFields = query => !query.has('name') && (query.has('first_name') || query.has('last_name'))
    ? [nameField('first_name', 'given-name'), nameField('last_name', 'family-name')] : [nameField('name', 'name')];

/** The fields in the order in which they are asked; `query`: the page's address may ask for more. */
export function fieldsOf(type, query = new URLSearchParams()) {
    const locations = type.pooling === 'round_robin' ? [] : type.locations ?? [];
    const fields = [
        ...nameFields(query),
        { id: 'email', kind: 'email', label: null, required: true, member: 'email', autocomplete: 'email' },
    ];
    if (locations.length > 1 || locations.length === 1 && placeNeeds(locations[0])) {
        fields.push({ id: 'location', kind: 'location', label: null, required: true, member: 'location', locations });
    }
    for (const question of [...type.questions ?? []].sort((a, b) => a.position - b.position)) {
        fields.push(questionField(question));
    }
    // Whether the type has a workflow that sends texts, Calendly does not tell either.
    if (query.get('text_reminder') === '1') {
        fields.push({ id: 'text_reminder_number', kind: 'phone', label: null, required: false, member: 'text_reminder_number' });
    }
    if (type.kind !== 'group') fields.push({ id: 'guests', kind: 'guests', label: null, required: false, member: 'guests' });
    return fields;
}

export const emptyValue = field => field.kind === 'several' ? { chosen: [], other: '' }
    : field.kind === 'one' ? { chosen: null, other: '' }
        : field.kind === 'location' ? { index: field.locations.length === 1 ? 0 : null, text: '' }
            : field.kind === 'consent' ? false : '';

// A choice by its text, or by its number from 1.
function choiceMeant(field, text) {
    const same = field.choices.find(choice => choice.toLowerCase() === text.toLowerCase());
    return same ?? (/^\d+$/.test(text) ? field.choices[Number(text) - 1] : undefined);
}

function prefilled(field, text) {
    switch (field.kind) {
        case 'one': {
            const choice = choiceMeant(field, text);
            return choice !== undefined ? { chosen: choice, other: '' }
                : field.other ? { chosen: null, isOther: true, other: text } : emptyValue(field);
        }
        case 'several': {
            const whole = choiceMeant(field, text);
            const chosen = whole !== undefined ? [whole]
                : text.split(',').map(part => choiceMeant(field, part.trim())).filter(choice => choice !== undefined);
            return { chosen: [...new Set(chosen)], other: '' };
        }
        case 'consent': case 'location': case 'guests': return emptyValue(field); // these are the visitor's own act
        default: return text;
    }
}

// A number is there only when the visitor writes it: it is a consent.
const isOwnAct = field => field.id === 'text_reminder_number';

/** What the page's address says (name, email, a1...), by field; the rest is empty. Control characters are left out. */
export function valuesFrom(fields, query) {
    const clean = text => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' ').trim();
    const values = {};
    let number = 0;
    for (const field of fields) {
        const name = field.position === undefined ? field.id : `a${++number}`;
        const text = query.get(name);
        values[field.id] = text && !isOwnAct(field) ? prefilled(field, clean(text)) : emptyValue(field);
    }
    return values;
}

const emailLike = /^[^\s@,;<>()"]+@[^\s@,;<>()"]+\.[^\s@.,;<>()"]{2,}$/;
export const isEmail = text => text.length <= 254 && emailLike.test(text) && !text.includes('..');

/** '+49 (170) 12-34' as E.164, or null. */
export function phoneFrom(text) {
    const digits = text.trim().replace(/^00/, '+').replace(/[\s().\/-]/g, '');
    return /^\+[1-9]\d{6,14}$/.test(digits) ? digits : null;
}

export const guestsFrom = text => text.split(/[\s,;]+/).filter(Boolean);

const answerOf = (field, value) => {
    switch (field.kind) {
        case 'consent': return value ? field.choices[0] : '';
        case 'one': return value.isOther ? value.other.trim() : value.chosen ?? '';
        case 'several': return [...value.chosen, ...value.isOther && value.other.trim() ? [value.other.trim()] : []];
        case 'phone': return phoneFrom(value) ?? value.trim();
        default: return value.trim();
    }
};
const isEmpty = answer => answer.length === 0;

function problemOf(field, value) {
    if (field.kind === 'location') {
        if (value.index === null) return 'choose';
        const needs = placeNeeds(field.locations[value.index]);
        if (needs && !value.text.trim()) return needs === 'phone' ? 'phoneNeeded' : 'required';
        return needs === 'phone' && !phoneFrom(value.text) ? 'phone' : null;
    }
    if (field.kind === 'guests') {
        const guests = guestsFrom(value);
        return guests.length > 10 ? 'tooManyGuests' : guests.every(isEmail) ? null : 'guests';
    }
    const answer = answerOf(field, value);
    if (isEmpty(answer)) {
        if (value.isOther) return 'other';
        if (!field.required) return null;
        return { consent: 'consent', one: 'choose', several: 'chooseSome' }[field.kind] ?? 'required';
    }
    if (value.isOther && !value.other.trim()) return 'other';
    if (field.id.endsWith('name') && /:\/\/|www\./i.test(answer)) return 'webAddress';
    if (field.kind === 'email') return isEmail(answer) ? null : 'email';
    if (field.kind === 'phone') return phoneFrom(value) ? null : 'phone';
    return null;
}

/** Field id -> what is wrong with it, in the order of the fields; empty when all is well. */
export function problemsOf(fields, values) {
    return new Map(fields.map(field => [field.id, problemOf(field, values[field.id])]).filter(([, problem]) => problem));
}

const commonHosts = ['gmail.com', 'googlemail.com', 'hotmail.com', 'outlook.com', 'yahoo.com', 'icloud.com', 'web.de',
    'gmx.de', 'gmx.net', 't-online.de', 'orange.fr', 'free.fr', 'wanadoo.fr', 'laposte.net', 'hotmail.es', 'yahoo.es'];

function isOneEditAway(a, b) {
    if (Math.abs(a.length - b.length) > 1 || a === b) return false;
    let i = 0, j = 0;
    while (i < a.length && a[i] === b[i]) i++;
    while (j < a.length - i && j < b.length - i && a[a.length - 1 - j] === b[b.length - 1 - j]) j++;
    const [restA, restB] = [a.slice(i, a.length - j), b.slice(i, b.length - j)];
    return restA.length <= 1 && restB.length <= 1 || restA.length === 2 && restA === [...restB].reverse().join('');
}

/** 'ann@gmail.com' for 'ann@gmial.com'; null when nothing looks mistyped. A hint, never a refusal. */
export function emailMeant(text) {
    const [name, host] = text.trim().toLowerCase().split('@');
    if (!name || !host || commonHosts.includes(host)) return null;
    const meant = commonHosts.find(common => isOneEditAway(host, common));
    return meant ? `${text.trim().split('@')[0]}@${meant}` : null;
}

/** The body of POST /v1/scheduling/bookings. */
export function bookingFrom({ type, fields, values, start, zone, query }) {
    const body = {
        event_type: type.id, start: new Date(start).toISOString().replace('.000Z', 'Z'),
        ...Object.fromEntries(['name', 'first_name', 'last_name'].filter(id => values[id] !== undefined).map(id => [id, values[id].trim()])),
        email: values.email.trim(), timezone: zone, answers: [],
    };
    const locations = type.pooling === 'round_robin' ? [] : type.locations ?? [];
    const asked = fields.find(field => field.kind === 'location');
    if (locations.length) {
        const { kind, ...place } = locations[asked ? values.location.index : 0];
        const needs = placeNeeds({ kind, ...place });
        // Of several places of one kind the host's own words say which.
        const isOneOfMany = locations.filter(one => one.kind === kind).length > 1;
        const text = needs ? values.location.text.trim() : isOneOfMany ? place.location ?? '' : '';
        body.location = text ? { kind, location: needs === 'phone' ? phoneFrom(text) ?? text : text } : { kind };
    }
    for (const field of fields.filter(one => one.position !== undefined)) {
        const text = answerOf(field, values[field.id]);
        if (!isEmpty(text)) body.answers.push({ position: field.position, text });
    }
    const reminder = values.text_reminder_number?.trim();
    if (reminder) body.text_reminder_number = phoneFrom(reminder) ?? reminder;
    const guests = values.guests ? guestsFrom(values.guests) : [];
    if (guests.length) body.guests = guests;
    for (const [name, value] of query) {
        if (/^utm_(source|medium|campaign|term|content)$/.test(name) && value) body[name] = value;
    }
    return body;
}

/** The field that an error of the agent is about: 'answers[2]' -> 'q2', 'location.location' -> 'location'; or null. */
export function fieldAt(fields, member) {
    if (!member) return null;
    const isOf = (field, name) => name === field.member || name.startsWith(`${field.member}.`) || name.startsWith(`${field.member}[`);
    const found = fields.find(field => isOf(field, member));
    if (found) return found;
    return member === 'first_name' || member === 'last_name' ? fields.find(field => field.id === 'name') ?? null
        : member === 'name' ? fields.find(field => field.id === 'first_name') ?? null : null;
}

/** The key of the words for a value that the agent refused and the page would have let pass. */
export function refusedKey(field, value) {
    switch (field.kind) {
        case 'phone': return 'problem.phone';
        case 'location': return placeNeeds(field.locations[value.index] ?? {}) === 'phone' ? 'problem.phone' : 'refused.location';
        case 'one': return isEmpty(answerOf(field, value)) ? 'problem.choose' : 'refused.choice';
        case 'several': return isEmpty(answerOf(field, value)) ? 'problem.chooseSome' : 'refused.choice';
        case 'consent': return 'problem.consent';
        case 'guests': return 'refused.guests';
        case 'email': return 'refused.email';
        default: return field.id.endsWith('name') ? 'refused.name' : isEmpty(answerOf(field, value)) ? 'problem.required' : 'refused.answer';
    }
}
