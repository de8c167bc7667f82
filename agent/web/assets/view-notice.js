// What went wrong, in words, and the way on from there: again, or on Calendly's own page.
import { webAddress } from './api.js';
import { el, icon, linkOut } from './dom.js';
import { dayAt } from './zones.js';

/** The sentence of a trouble that is about no field. */
export function troubleText(trouble, { t, formats, state }) {
    if (trouble.code === 'limited' && trouble.retryAfter) {
        const { zone } = state(), now = Date.now(), until = now + trouble.retryAfter * 1000, day = dayAt(until, zone);
        const time = formats().time(until, zone);
        return day === dayAt(now, zone) ? t('trouble.limitedUntil', { time })
            : t('trouble.limitedUntilDay', { time, day: formats().shortDay(day) });
    }
    return t.has(`trouble.${trouble.code}`) ? t(`trouble.${trouble.code}`) : t('trouble.unavailable');
}

/** Calendly's own page, as a way out; null when its address is not known. */
export function wayOut(address, t) {
    const url = webAddress(address);
    return url && el('p', { class: 'way-out' }, linkOut(url, t('wayOut')));
}

export function notice({ context, trouble, schedulingUrl, again }) {
    const { t } = context;
    return el('div', { class: 'notice is-bad', role: 'alert' }, icon('alert'), el('div', {},
        el('p', {}, troubleText(trouble, context)),
        again && el('button', { type: 'button', class: 'button', onclick: again }, icon('again'), t('again')),
        wayOut(trouble.schedulingUrl ?? schedulingUrl, t)));
}

/** A page of its own for what cannot be booked, or not now. */
export function noticeView(context) {
    const { t, act } = context;
    const heading = el('h1', { tabindex: '-1' });
    const content = el('div');
    const root = el('section', { class: 'view view-notice' }, el('div', { class: 'badge is-bad' }, icon('alert')), heading, content);
    function update(state) {
        const isUnknown = state.view === 'unknown';
        heading.textContent = t(isUnknown ? 'unknown.title' : 'trouble.title');
        content.replaceChildren(...isUnknown
            ? [el('p', {}, t('unknown.text')), state.types?.length > 0 && el('button', { type: 'button', class: 'button is-main', onclick: act.toTypes }, t('unknown.others')),
                wayOut(state.trouble?.schedulingUrl, t)].filter(Boolean)
            : [el('p', {}, troubleText(state.trouble, context)),
                el('button', { type: 'button', class: 'button is-main', onclick: act.reload }, icon('again'), t('again')),
                wayOut(state.trouble.schedulingUrl, t)].filter(Boolean));
    }
    return { root, heading, update, title: () => heading.textContent };
}
