// The page at work: keeps the state, asks the agent, draws, moves the focus, tells the embedding page.
import { isGood, troubleOf } from './api.js';
import { accentFrom, isColour } from './colour.js';
import { el } from './dom.js';
import { makeDraft, storageOf } from './draft.js';
import { begin, daysAtOnce, isKnown, lastMonth, nearest, next, typeOf } from './flow.js';
import { bookingFrom } from './form.js';
import { formatsFor } from './formats.js';
import { makeParent } from './parent.js';
import { fetchToken, newKey, resume, submit } from './submission.js';
import { detailsView } from './view-details.js';
import { doneView } from './view-done.js';
import { noticeView } from './view-notice.js';
import { pickerView } from './view-picker.js';
import { summary } from './view-summary.js';
import { typesView } from './view-types.js';
import { isZone, ownZone } from './zones.js';

const day = 86400000;
const refreshEvery = 60000;
const freshFor = 20000;
const views = { types: typesView, picker: pickerView, details: detailsView, done: doneView, unknown: noticeView, trouble: noticeView };

export function startApp({ api, connector, typeId, query, language, locale, window }) {
    const { document, history, location, navigator } = window;
    const storage = storageOf(window), parent = makeParent(window);
    let state = begin({ zone: rememberedZone() ?? ownZone(), now: Date.now(), typeId });
    let formats = formatsFor(locale, rememberedClock()), draft = draftOf(typeId);
    let context = null, view = null, shownView = null, panel = null, token = null, loadedAt = 0, isMoving = false;

    // --- what the browser remembers of this visitor's choices, where it remembers anything
    function remembered(name) {
        try {
            return window.localStorage.getItem(`calendly-brevo:${name}`);
        } catch {
            return null;
        }
    }
    function remember(name, text) {
        try {
            window.localStorage.setItem(`calendly-brevo:${name}`, text);
        } catch { /* as long as the page lives, then */ }
    }
    function rememberedZone() {
        const zone = storage.getItem('calendly-brevo:zone');
        return isZone(zone) ? zone : null;
    }
    function rememberedClock() {
        return { 12: true, 24: false }[remembered('clock')] ?? null;
    }
    function draftOf(id) {
        return makeDraft(storage, `${connector}/${id ?? ''}`);
    }

    // --- state and drawing
    function step(name, values = {}) {
        state = next(state, { name, ...values });
        if (context) draw();
    }

    // A trouble without anything else to show has the page to itself.
    function viewOf() {
        if (state.trouble && !state.types && state.view !== 'done' && state.view !== 'unknown') return 'trouble';
        if (state.view === 'details' && !typeOf(state)) return 'picker';
        return state.view;
    }

    function draw() {
        const name = viewOf(), key = `${name}/${state.typeId ?? ''}`;
        if (key !== shownView) {
            const isFirst = shownView === null;
            shownView = key;
            view = views[name](context);
            const withPanel = name === 'picker' || name === 'details';
            panel ??= summary(context);
            panel.update(state);
            document.getElementById('page').replaceChildren(el('div', { class: `card is-${name}` }, withPanel && panel.root, view.root));
            colour();
            view.update(state);
            if (!isFirst && isMoving) moveFocus();
        } else {
            panel.update(state);
            colour();
            view.update(state);
        }
        document.title = view.title();
        document.documentElement.dataset.ready = String(!state.loading);
    }

    function moveFocus() {
        isMoving = false;
        view.heading.focus({ preventScroll: true });
        const { top } = document.getElementById('page').getBoundingClientRect();
        if (top < 0 || parent.isListening) document.getElementById('page').scrollIntoView({ block: 'start' });
    }

    let coloured = null;
    function colour() {
        const root = document.documentElement;
        const accent = isColour(typeOf(state)?.color) ? typeOf(state).color : '#3157d5';
        const surface = root.dataset.theme === 'dark' ? '#171a21' : '#ffffff';
        if (coloured === accent + surface) return;
        coloured = accent + surface;
        const { fill, onFill, ink, soft } = accentFrom(accent, surface);
        for (const [name, value] of Object.entries({ fill, 'on-fill': onFill, ink, soft })) root.style.setProperty(`--accent-${name}`, value);
    }

    // --- the agent
    async function loadTypes() {
        const answer = await api.eventTypes(connector);
        if (!isGood(answer) || !Array.isArray(answer.body)) return step('trouble', { trouble: troubleOf(answer) });
        step('types', { types: answer.body });
        if (answer.body.length === 0) return step('trouble', { trouble: { code: 'not_bookable' } });
        if (!state.typeId && state.view === 'types' && answer.body.length === 1) chooseType(answer.body[0].id, false);
        else if (state.typeId && state.view === 'picker') parent.event('viewed', { event_type: state.typeId });
    }

    // Asked in whole days, so that all visitors ask the same and the agent answers from its cache.
    const today = () => Math.floor(Date.now() / day) * day;

    async function loadTimes(from, isQuiet = false) {
        const id = state.typeId, to = from + daysAtOnce * day;
        if (!isQuiet) step('loading');
        const answer = await api.availableTimes(id, from, to);
        if (id !== state.typeId) return false;
        if (!isGood(answer) || !Array.isArray(answer.body?.times)) {
            if (!isQuiet || state.until === null || troubleOf(answer).code === 'not_bookable') step('trouble', { trouble: troubleOf(answer) });
            return false;
        }
        const until = Date.parse(answer.body.until);
        loadedAt = Date.now();
        step('times', { times: answer.body.times, from, until: Number.isNaN(until) || until <= from ? to : until, now: Date.now() });
        return true;
    }

    async function loadUpTo(month) {
        while (!state.loading && !isKnown(state, month) && month <= lastMonth(state) && await loadTimes(state.until ?? today())) {}
    }

    async function refresh() {
        const isOld = Date.now() - loadedAt > refreshEvery;
        if (state.view === 'picker' && state.until && !state.loading && isOld && !document.hidden) await loadTimes(today(), true);
    }

    async function openForm() {
        const { start, typeId: id } = state, opened = draft;
        if (draft.pending()) return;
        token = fetchToken(parts(), id);
        if (Date.now() - loadedAt < freshFor || !await loadTimes(today(), true)) return;
        if (draft === opened && !state.times.some(time => time.at === start)) step('gone', { at: start, alternatives: nearest(state.times, start) });
    }

    const parts = () => ({ api, draft, newKey, captcha: parent.captcha, now: () => Date.now(), pause: time => new Promise(done => setTimeout(done, time)) });

    async function send(outcomeOf, isVisitors = true) {
        isMoving = isVisitors;
        step('sending');
        const outcome = await outcomeOf();
        token = null;
        if (outcome.booking) {
            draft.keepForm(null);
            replaceEntry('done');
            parent.event('booked', { event_type: state.typeId, id: outcome.booking.id });
            step('booked', { booking: outcome.booking });
        } else {
            isMoving = false;
            step('refused', { trouble: outcome.trouble });
            if (outcome.trouble.code === 'taken') loadTimes(today(), true);
        }
    }

    // --- the browser's back and forward
    function pushEntry(name, path = location.pathname) {
        try {
            history.pushState({ view: name }, '', path + location.search);
        } catch { /* a frame without an origin has no history */ }
    }
    function replaceEntry(name) {
        try {
            history.replaceState({ view: name }, '');
        } catch { /* the same */ }
    }
    function goTo(entry) {
        isMoving = true;
        const path = location.pathname.split('/').filter(Boolean);
        if (path.length < 3 && entry?.view !== 'picker' && state.types?.length !== 1) return step('toTypes');
        if (path.length > 2 && decodeURIComponent(path[2]) !== state.typeId) return chooseType(decodeURIComponent(path[2]), false, true);
        if (entry?.view === 'details' && state.start !== null && !state.booking) return step('time', { start: state.start });
        toPicker();
    }

    function toPicker() {
        if (state.booking) draft.clear();
        step('toPicker');
        refresh();
    }

    function chooseType(id, isNew = true, isVisitors = isNew) {
        isMoving = isVisitors;
        if (isNew) pushEntry('picker', `/book/${encodeURIComponent(connector)}/${encodeURIComponent(id)}`);
        draft = draftOf(id);
        step('type', { id });
        parent.event('viewed', { event_type: id });
        loadTimes(today());
    }

    const act = {
        chooseType: id => chooseType(id),
        toTypes() {
            isMoving = true;
            pushEntry('types', `/book/${encodeURIComponent(connector)}`);
            step('toTypes');
        },
        async chooseMonth(month) {
            step('month', { month });
            await loadUpTo(month);
        },
        chooseDay(chosen) {
            step('day', { day: chosen });
            parent.event('day', { event_type: state.typeId });
        },
        chooseTime(start) {
            const isNew = state.view !== 'details';
            isMoving = true;
            if (isNew) pushEntry('details');
            step('time', { start });
            draft.keepForm({ ...draft.form(), start, zone: state.zone });
            parent.event('time', { event_type: state.typeId });
            if (isNew) openForm();
        },
        chooseZone(zone) {
            storage.setItem('calendly-brevo:zone', zone);
            step('zone', { zone });
        },
        chooseClock(halfDays) {
            remember('clock', halfDays ? '12' : '24');
            formats = formatsFor(locale, halfDays);
            step('again');
        },
        back() {
            if (state.sending) return;
            if (history.state?.view === 'details') history.back();
            else goTo({ view: 'picker' });
        },
        again() {
            isMoving = true;
            draft.clear();
            token = null;
            replaceEntry('picker');
            toPicker();
            loadTimes(today(), state.until !== null);
        },
        async lookFurther() {
            await loadTimes(state.until);
        },
        reload() {
            if (!state.types) loadTypes();
            if (state.typeId) loadTimes(today());
        },
        keptValues(fields) {
            const { values = {}, fieldIds } = draft.form() ?? {};
            return fieldIds === fields.map(field => field.id + field.kind).join() ? values : {};
        },
        keepValues(values, fields) {
            draft.keepForm({ ...draft.form(), values, fieldIds: fields.map(field => field.id + field.kind).join() });
        },
        submit({ type, fields, values }) {
            const body = bookingFrom({ type, fields, values, start: state.start, zone: state.zone, query });
            return send(async () => submit(parts(), { typeId: type.id, body, token: await usableToken() }));
        },
        async cancel() {
            const { id, cancel_token: cancelToken } = state.booking;
            const answer = await api.cancel(id, cancelToken);
            if (!isGood(answer)) return troubleOf(answer);
            draft.keepBooking({ ...state.booking, isCanceled: true });
            parent.event('canceled', { event_type: state.typeId, id });
            step('canceled');
            return null;
        },
    };

    async function usableToken() {
        const fetched = await token;
        return fetched?.token ? fetched : null;
    }

    // --- a page that was left and came back
    function goOn() {
        const booking = draft.booking(), form = draft.form(), pending = draft.pending();
        if (!state.typeId) return;
        if (booking) {
            step('booked', { booking });
            if (booking.isCanceled) step('canceled');
            return;
        }
        if (form?.start > Date.now() && (pending || history.state?.view === 'details')) {
            step('time', { start: form.start });
            if (pending) send(() => resume(parts()), false);
        }
    }

    goOn();
    loadTypes();
    if (state.view === 'details' && !state.sending) openForm();
    else if (state.typeId && state.view !== 'done') loadTimes(today(), state.sending);

    return {
        show(t) {
            context = { t, formats: () => formats, act, query, language, state: () => state };
            if (!parent.isListening && document.documentElement.dataset.embedded) document.documentElement.dataset.embedded = 'fixed';
            draw();
            parent.followHeight(document.getElementById('page'));
            window.addEventListener('popstate', ({ state: entry }) => goTo(entry));
            setInterval(refresh, 10000);
            document.addEventListener('visibilitychange', refresh);
            new MutationObserver(colour).observe(document.documentElement, { attributeFilter: ['data-theme'] });
            setInterval(() => step('tick', { now: Date.now() }), 30000); // the clock beside the zone, and times that have passed
        },
    };
}
