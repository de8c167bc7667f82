// Who comes: the form, what is wrong with it, and the news that somebody was faster.
import { el, icon } from './dom.js';
import { emailMeant, fieldAt, fieldsOf, problemsOf, refusedKey, valuesFrom } from './form.js';
import { nearest, typeOf } from './flow.js';
import { fieldControl } from './view-fields.js';
import { troubleText, wayOut } from './view-notice.js';

const labelOf = (field, t) => field.label ?? t(`field.${field.id}`);

export function detailsView(context) {
    const { t, formats, act, query, state: stateNow } = context;
    const type = typeOf(stateNow());
    const fields = fieldsOf(type, query);
    const values = { ...valuesFrom(fields, query), ...act.keptValues(fields) };
    const tools = { t, changed };
    const controls = new Map(fields.map(field => [field.id, fieldControl(field, values[field.id], tools)]));
    const heading = el('h2', { tabindex: '-1', class: 'view-heading' }, t('details.title'));
    const news = el('div');
    const button = el('button', { type: 'submit', class: 'button is-main is-wide' });
    const status = el('p', { class: 'sending', role: 'status' });
    const form = el('form', { class: 'form', novalidate: true, onsubmit: send }, el('p', { class: 'hint' }, t('details.required')),
        fields.map(field => controls.get(field.id).root), button, status);
    const root = el('section', { class: 'view view-details' }, heading, news, form);
    const email = controls.get('email');
    email.first.addEventListener('blur', suggestEmail);
    let state = stateNow(), wasTried = false, shownNews = null, stillTimer = 0;

    const valuesNow = () => Object.fromEntries([...controls].map(([id, control]) => [id, control.value()]));

    function changed() {
        const now = valuesNow();
        act.keepValues(now, fields);
        if (wasTried) showProblems(problemsOf(fields, now), false);
    }

    function suggestEmail() {
        const meant = emailMeant(email.value());
        email.hint.replaceChildren(...meant ? [el('button', { type: 'button', class: 'link', onclick: () => {
            email.write(meant);
            email.hint.replaceChildren();
            email.first.focus();
            changed();
        } }, t('field.emailMeant', { email: meant }))] : []);
    }

    // Beside each field, and all together above the form when it was sent.
    function showProblems(problems, withSummary) {
        for (const field of fields) {
            const problem = problems.get(field.id);
            controls.get(field.id).showProblem(problem ? t(`problem.${problem}`) : null);
        }
        if (withSummary && problems.size) {
            showSummary([...problems].map(([id, problem]) => [fields.find(field => field.id === id), t(`problem.${problem}`)]));
        }
    }

    function showSummary(entries) {
        const title = el('h3', { tabindex: '-1' }, t('problems.title', { count: entries.length }));
        news.replaceChildren(el('div', { class: 'notice is-bad' }, icon('alert'), el('div', {}, title,
            el('ul', { class: 'problems' }, entries.map(([field, text]) => el('li', {}, el('a', { href: `#${field.id}`, onclick: event => {
                event.preventDefault();
                controls.get(field.id).first.focus();
            } }, `${labelOf(field, t)}${/\p{P}$/u.test(labelOf(field, t)) ? '' : ':'} ${text}`)))))));
        if (entries.length === 1) controls.get(entries[0][0].id).first.focus();
        else title.focus();
    }

    function send(event) {
        event.preventDefault();
        if (state.sending) return;
        wasTried = true;
        const now = valuesNow();
        const problems = problemsOf(fields, now);
        news.replaceChildren();
        showProblems(problems, true);
        if (!problems.size) act.submit({ type, fields, values: now });
    }

    function showConflict({ start, alternatives, schedulingUrl }) {
        const { time, date, offset } = formats();
        const others = alternatives.length ? alternatives : nearest(state.times, start);
        const title = el('h3', { tabindex: '-1' }, t('taken.title', { time: time(start, state.zone), day: date(start, state.zone) }));
        const choose = at => {
            act.chooseTime(at);
            news.replaceChildren(el('p', { class: 'notice is-good', role: 'status' }, icon('check'),
                t('taken.chosen', { time: time(at, state.zone), day: date(at, state.zone) })));
            button.focus();
        };
        news.replaceChildren(el('div', { class: 'notice is-bad' }, icon('alert'), el('div', {}, title,
            el('p', {}, t(others.length ? 'taken.text' : 'taken.none')),
            el('ul', { class: 'alternatives' }, others.map(at => el('li', {}, el('button', { type: 'button', class: 'time', 'data-at': at, onclick: () => choose(at) },
                el('span', {}, time(at, state.zone)), el('span', { class: 'time-note' }, `${date(at, state.zone)}, ${offset(at, state.zone)}`))))),
            el('button', { type: 'button', class: 'button is-quiet', onclick: act.back }, t('taken.all')),
            wayOut(schedulingUrl ?? type.scheduling_url, t))));
        title.focus();
    }

    function showRefusal(trouble) {
        const field = trouble.code === 'invalid' ? fieldAt(fields, trouble.field) : null;
        if (field) {
            const text = t(refusedKey(field, controls.get(field.id).value()));
            controls.get(field.id).showProblem(text);
            showSummary([[field, text]]);
            return;
        }
        // Of what is no field of the form there are words for some; the agent's own, in English, are better than none.
        const isInvalid = trouble.code === 'invalid', own = `refused.${trouble.field}`;
        const hasOwn = isInvalid && t.has(own);
        const title = el('h3', { tabindex: '-1' }, t('refused.title'));
        news.replaceChildren(el('div', { class: 'notice is-bad' }, icon('alert'), el('div', {}, title,
            el('p', {}, hasOwn ? t(own) : troubleText(trouble, context)),
            isInvalid && !hasOwn && trouble.message ? el('p', { lang: 'en', class: 'muted' }, trouble.message) : null,
            wayOut(trouble.schedulingUrl ?? type.scheduling_url, t))));
        title.focus();
    }

    function update(current) {
        state = current;
        button.textContent = t(state.sending ? 'details.sending' : 'details.submit');
        button.setAttribute('aria-disabled', String(state.sending));
        form.classList.toggle('is-sending', state.sending);
        form.querySelectorAll('input, textarea').forEach(input => { input.readOnly = state.sending; });
        clearTimeout(stillTimer);
        status.textContent = state.sending ? t('details.pleaseWait') : '';
        if (state.sending) stillTimer = setTimeout(() => { status.textContent = t('details.stillWaiting'); }, 8000);
        const latest = state.conflict ?? state.refusal;
        if (latest === shownNews) return;
        shownNews = latest;
        if (state.conflict) showConflict(state.conflict);
        else if (state.refusal) showRefusal(state.refusal);
        else if (state.sending) news.replaceChildren();
    }
    return { root, heading, update, title: () => `${type.name} \u2013 ${t('details.title')}` };
}
