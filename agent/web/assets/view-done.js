// Booked: when, where, what to do with it; and the way to cancel.
import { webAddress } from './api.js';
import { el, icon, linkOut } from './dom.js';
import { lengthText } from './formats.js';
import { typeOf } from './flow.js';
import { placeText } from './view-summary.js';
import { troubleText } from './view-notice.js';

// The place as the agent tells it: a text, or {kind, location, join_url}; the link of a video call often comes later.
function placeContent(location, type, t) {
    if (typeof location === 'string' && location) return webAddress(location) ? linkOut(webAddress(location), location) : location;
    if (!location?.kind && !location?.type) return t('done.placeLater');
    const address = webAddress(location.join_url ?? location.location);
    if (address) return linkOut(address, t('done.join'));
    const kind = location.kind ?? location.type;
    const offered = type?.locations?.filter(one => one.kind === kind) ?? [];
    const text = placeText({ kind, location: location.location ?? (offered.length === 1 ? offered[0].location : null) }, t);
    return /conference/.test(kind) ? `${text}. ${t('done.linkLater')}` : text;
}

const hostName = host => typeof host === 'string' ? host : host?.name ?? host?.user_name ?? '';

export function doneView(context) {
    const { t, formats, act } = context;
    const heading = el('h1', { tabindex: '-1' });
    const badge = el('div', { class: 'badge' });
    const lead = el('p', { class: 'lead' });
    const facts = el('dl', { class: 'booking' });
    const actions = el('div', { class: 'actions' });
    const question = el('div', { class: 'question-box' });
    const root = el('section', { class: 'view view-done' }, badge, heading, lead, facts, actions, question);
    let state, calendarFile = null;

    const row = (name, label, ...content) => el('div', { class: 'booking-row' }, el('dt', {}, icon(name), label), el('dd', {}, ...content));

    function drawFacts(booking, type) {
        const { time, date, offset } = formats();
        const start = Date.parse(booking.start), end = Date.parse(booking.end);
        const minutes = Math.round((end - start) / 60000) || type?.duration_minutes || 0;
        const host = hostName(booking.host);
        facts.replaceChildren(...[
            type && row('note', t('done.what'), type.name),
            row('calendar', t('done.when'), el('strong', {}, date(start, state.zone)), el('br'),
                `${time(start, state.zone)} \u2013 ${time(start + minutes * 60000, state.zone)}`),
            row('globe', t('zone.label'), `${state.zone.replaceAll('_', ' ')} (${offset(start, state.zone)})`),
            row('clock', t('done.length'), lengthText(minutes, formats())),
            row('pin', t('done.where'), placeContent(booking.location, type, t)),
            host && row('person', t('done.with'), host),
        ].filter(Boolean));
    }

    function icsLink(booking) {
        if (!booking.ics) return null;
        if (calendarFile) URL.revokeObjectURL(calendarFile);
        calendarFile = URL.createObjectURL(new Blob([booking.ics], { type: 'text/calendar;charset=utf-8' }));
        return el('a', { class: 'button is-main', href: calendarFile, download: 'booking.ics' }, icon('download'), t('done.calendar'));
    }

    function drawActions(booking, type) {
        const reschedule = webAddress(booking.reschedule_url), cancel = webAddress(booking.cancel_url);
        actions.replaceChildren(...state.isCanceled
            ? [el('button', { type: 'button', class: 'button is-main', onclick: act.again }, t('done.again'))]
            : [icsLink(booking), reschedule && linkOut(reschedule, t('done.reschedule'), { class: 'button' }),
                type?.kind === 'group' || !booking.cancel_token
                    ? cancel && linkOut(cancel, t('done.cancel'), { class: 'button is-quiet' })
                    : el('button', { type: 'button', class: 'button is-quiet', id: 'cancel', onclick: ask }, t('done.cancel')),
                el('button', { type: 'button', class: 'button is-quiet', onclick: act.again }, t('done.again'))].filter(Boolean));
    }

    function ask() {
        const title = el('h2', { tabindex: '-1' }, t('cancel.title'));
        const problem = el('div', { role: 'alert' });
        const yes = el('button', { type: 'button', class: 'button is-danger', onclick: async () => {
            yes.disabled = true;
            const trouble = await act.cancel();
            if (!trouble) return;
            yes.disabled = false;
            const elsewhere = trouble.schedulingUrl ?? webAddress(state.booking.cancel_url);
            problem.replaceChildren(el('p', { class: 'error' }, trouble.code === 'group' ? t('cancel.group') : troubleText(trouble, context)),
                ...elsewhere ? [el('p', {}, linkOut(elsewhere, t('cancel.elsewhere')))] : []);
        } }, t('cancel.yes'));
        const no = el('button', { type: 'button', class: 'button', onclick: () => {
            question.replaceChildren();
            root.querySelector('#cancel')?.focus();
        } }, t('cancel.no'));
        question.replaceChildren(el('div', { class: 'notice is-bad' }, icon('alert'), el('div', {}, title, el('p', {}, t('cancel.text')), problem,
            el('div', { class: 'actions' }, yes, no))));
        title.focus();
    }

    let wasCanceled = null;
    function update(current) {
        state = current;
        const { booking, isCanceled } = state, type = typeOf(state);
        heading.textContent = t(isCanceled ? 'canceled.title' : 'done.title');
        lead.textContent = t(isCanceled ? 'canceled.text' : 'done.text');
        badge.className = `badge ${isCanceled ? 'is-muted' : 'is-good'}`;
        badge.replaceChildren(icon(isCanceled ? 'cross' : 'check'));
        root.classList.toggle('is-canceled', isCanceled);
        drawFacts(booking, type);
        if (wasCanceled !== isCanceled) {
            drawActions(booking, type);
            question.replaceChildren();
            if (wasCanceled === false) heading.focus();
            wasCanceled = isCanceled;
        }
    }
    return { root, heading, update, title: () => heading.textContent };
}
