// Day and time: a month with the free days marked, and the times of one day beside it.
import { addMonths, byPartOfDay, dayByKey, lastDayOf, monthOf, weeksOf } from './calendar.js';
import { el, icon } from './dom.js';
import { daysOf, isKnown, lastMonth, monthWithTimes, timesOf, typeOf } from './flow.js';
import { notice, wayOut } from './view-notice.js';
import { zoneChooser } from './view-zone.js';
import { dayAt, hourAt, offsetAt } from './zones.js';

export function pickerView(context) {
    const { t, formats, act } = context;
    const zone = zoneChooser(context);
    const heading = el('h2', { tabindex: '-1', class: 'view-heading' }, t('picker.title'));
    const before = el('button', { type: 'button', class: 'round', onclick: () => act.chooseMonth(addMonths(state.month, -1)) }, icon('left'));
    const after = el('button', { type: 'button', class: 'round', onclick: () => act.chooseMonth(addMonths(state.month, 1)) }, icon('right'));
    const monthTitle = el('h3', { id: 'month', 'aria-live': 'polite' });
    const table = el('table', { class: 'month', role: 'grid', 'aria-labelledby': 'month', onkeydown: key, onclick: choose });
    const clock = clockSwitch(context);
    const timesHeading = el('h3', { id: 'times-title', tabindex: '-1' });
    const timesNote = el('p', { class: 'times-note' });
    const times = el('div', { class: 'times-list' });
    const timesBox = el('div', { class: 'times', role: 'group', 'aria-labelledby': 'times-title', onkeydown: leaveTimes, onclick: chooseTime },
        timesHeading, timesNote, times);
    const root = el('section', { class: 'view view-picker' }, heading,
        el('div', { class: 'picker' },
            el('div', { class: 'calendar' }, el('div', { class: 'month-bar' }, before, monthTitle, after), table,
                el('div', { class: 'under-month' }, zone.root, clock.root)),
            timesBox));
    let state, drawn = null, focusDay = null;

    // --- the month
    function cell(day, days, today) {
        if (!day) return el('td', { role: 'gridcell' });
        const count = days.get(day)?.length ?? 0;
        const isChosen = day === state.day;
        const label = t('day.label', { day: formats().day(day), free: count ? t('day.free', { count }) : t('day.none') });
        return el('td', { role: 'gridcell', 'aria-selected': String(isChosen) }, el('button', {
            type: 'button', class: `day${count ? ' is-free' : ''}${isChosen ? ' is-chosen' : ''}${day === today ? ' is-today' : ''}`,
            tabindex: day === focusDay ? '0' : '-1', 'data-day': day, 'aria-label': label,
            'aria-disabled': count ? null : 'true', 'aria-current': day === today ? 'date' : null,
        }, el('span', { 'aria-hidden': 'true' }, formats().dayNumber(day))));
    }

    function drawMonth() {
        const days = daysOf(state), today = dayAt(Date.now(), state.zone);
        const isInMonth = day => day && monthOf(day) === state.month;
        const hadFocus = table.contains(document.activeElement);
        if (!isInMonth(focusDay) || !hadFocus && isInMonth(state.day)) focusDay = isInMonth(state.day) ? state.day : isInMonth(today) ? today : `${state.month}-01`;
        table.replaceChildren(
            el('thead', {}, el('tr', {}, formats().weekdays.map(({ short, long }) =>
                el('th', { scope: 'col' }, el('span', { 'aria-hidden': 'true' }, short.replace('.', '')), el('span', { class: 'hidden' }, long))))),
            el('tbody', {}, weeksOf(state.month, formats().weekStart).map(week =>
                el('tr', {}, week.map(day => cell(day, days, today))))));
        table.setAttribute('aria-busy', String(state.loading && !isKnown(state, state.month)));
        table.classList.toggle('is-loading', state.loading && !isKnown(state, state.month));
        monthTitle.textContent = formats().month(state.month);
        label(before, t('month.before', { month: formats().month(addMonths(state.month, -1)) }), state.month <= state.firstMonth);
        label(after, t('month.after', { month: formats().month(addMonths(state.month, 1)) }), state.month >= lastMonth(state));
        if (hadFocus) dayButton(focusDay)?.focus();
    }

    function label(button, text, isDisabled) {
        button.setAttribute('aria-label', text);
        button.disabled = isDisabled;
    }

    const dayButton = day => table.querySelector(`[data-day="${day}"]`);

    function key(event) {
        const day = event.target.dataset?.day;
        const target = day && !event.ctrlKey && !event.altKey && !event.metaKey ? dayByKey(day, event.key, formats().weekStart) : null;
        if (!target) return;
        event.preventDefault();
        const month = monthOf(target);
        if (month < state.firstMonth || month > lastMonth(state)) return;
        focusDay = target;
        if (month !== state.month) return act.chooseMonth(month);
        table.querySelector('[tabindex="0"]')?.setAttribute('tabindex', '-1');
        dayButton(target).setAttribute('tabindex', '0');
        dayButton(target).focus();
    }

    function choose(event) {
        const button = event.target.closest('[data-day]');
        if (!button) return;
        focusDay = button.dataset.day;
        if (button.getAttribute('aria-disabled')) return;
        act.chooseDay(focusDay);
        timesHeading.focus({ preventScroll: isWide() });
    }

    const isWide = () => matchMedia('(min-width: 45rem)').matches;

    // --- the times of a day
    function timeButton(time, showsOffset) {
        const { time: write, offset, shortDay } = formats();
        const text = write(time.at, state.zone), isGroup = typeOf(state)?.kind === 'group';
        const notes = [showsOffset && offset(time.at, state.zone), isGroup && t('time.places', { count: time.remaining })].filter(Boolean);
        return el('li', {}, el('button', {
            type: 'button', class: 'time', 'data-at': time.at,
            'aria-label': `${[text, ...notes].join(' ')}, ${shortDay(state.day)}`,
        }, el('span', {}, text), notes.map(note => [' ', el('span', { class: 'time-note' }, note)]).flat()));
    }

    function drawTimes() {
        const list = timesOf(state);
        const hadFocus = times.contains(document.activeElement) ? document.activeElement.dataset.at : null;
        const isLoading = state.loading && !list.length && !isKnown(state, state.month);
        timesBox.setAttribute('aria-busy', String(isLoading));
        timesBox.classList.toggle('is-loading', isLoading);
        timesNote.hidden = !list.length;
        if (isLoading) {
            timesHeading.textContent = t('times.loading');
            times.replaceChildren(...[1, 2, 3, 4, 5].map(() => el('div', { class: 'skeleton skeleton-time' })));
        } else if (list.length) {
            const offsets = new Set(list.map(time => offsetAt(time.at, state.zone)));
            timesHeading.textContent = formats().shortDay(state.day);
            timesNote.textContent = offsets.size > 1 ? t('times.change')
                : t('times.note', { free: t('day.free', { count: list.length }), offset: formats().offset(list[0].at, state.zone) });
            times.replaceChildren(...byPartOfDay(list, at => hourAt(at, state.zone)).flatMap(({ part, times: some }) => [
                part && el('h4', {}, t(`times.${part}`)),
                el('ul', {}, some.map(time => timeButton(time, offsets.size > 1)))].filter(Boolean)));
            times.scrollTop = 0;
        } else {
            drawNone();
        }
        if (hadFocus) (times.querySelector(`[data-at="${hadFocus}"]`) ?? timesHeading).focus();
    }

    // No times: whether of a day, a month, or as far as anybody knows.
    function drawNone() {
        const schedulingUrl = state.trouble?.schedulingUrl ?? typeOf(state)?.scheduling_url;
        if (state.trouble) {
            timesHeading.textContent = t('trouble.title');
            times.replaceChildren(notice({ context, trouble: state.trouble, schedulingUrl, again: act.reload }));
            return;
        }
        const next = monthWithTimes(state, state.month);
        timesHeading.textContent = state.day ? formats().shortDay(state.day) : formats().month(state.month);
        if (next) {
            const first = [...daysOf(state).keys()].find(day => monthOf(day) === next);
            times.replaceChildren(el('p', {}, t('times.noneInMonth', { month: formats().month(state.month) })),
                el('button', { type: 'button', class: 'button', onclick: () => {
                    act.chooseDay(first);
                    timesHeading.focus();
                } }, t('times.next', { day: formats().shortDay(first) })));
            return;
        }
        const until = state.until ? formats().date(state.until - 1, state.zone) : formats().day(lastDayOf(state.month));
        const canLookOn = state.until && monthOf(dayAt(state.until, state.zone)) < lastMonth(state);
        times.replaceChildren(...[el('p', {}, t('times.noneUntil', { until })),
            canLookOn && el('button', { type: 'button', class: 'button', onclick: act.lookFurther }, t('times.further')),
            wayOut(schedulingUrl, t)].filter(Boolean));
    }

    function chooseTime(event) {
        const button = event.target.closest('[data-at]');
        if (button) act.chooseTime(Number(button.dataset.at));
    }

    function leaveTimes(event) {
        if (event.key === 'Escape') dayButton(state.day)?.focus();
    }

    function update(current) {
        state = current;
        zone.update(state);
        clock.update();
        const { zone: name, month, day, loading, until, trouble, times: all } = state;
        const content = JSON.stringify([name, month, day, loading, until, trouble, formats().halfDays, typeOf(state)?.id, dayAt(Date.now(), name),
            all.map(time => [time.at, time.remaining])]);
        if (content === drawn) return;
        drawn = content;
        drawMonth();
        drawTimes();
    }
    return { root, heading, update, title: () => `${typeOf(state)?.name ?? ''} \u2013 ${t('picker.title')}`, timesHeading };
}

// 12 or 24 hours.
function clockSwitch({ t, formats, act }) {
    const button = (halfDays, text) => el('button', { type: 'button', class: 'segment', onclick: () => act.chooseClock(halfDays) }, text);
    const buttons = [button(true, t('clock.12')), button(false, t('clock.24'))];
    return {
        root: el('div', { class: 'segments', role: 'group', 'aria-label': t('clock.label') }, buttons),
        update: () => buttons.forEach((one, i) => one.setAttribute('aria-pressed', String(formats().halfDays === (i === 0)))),
    };
}
