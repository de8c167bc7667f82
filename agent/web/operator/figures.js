// The last hour as lines: what uPlot draws, one sentence about it, and its rows for those who do not see it.
import { count, number } from './texts.js';
import { span } from './times.js';

export const charts = [
    {
        id: 'rate', heading: 'Bookings a minute', unit: n => number(n),
        lines: [['received', 'arrived', 1], ['synced', 'reached Brevo', 2], ['dead', 'given up', 3]],
    },
    { id: 'age', heading: 'Longest way to Brevo', unit: n => n === 0 ? '0' : span(n), lines: [['age_ms', 'slowest of the minute', 1]] },
    {
        id: 'calls', heading: 'API calls a minute', unit: n => number(n),
        lines: [['calendly_calls', 'Calendly', 1], ['brevo_calls', 'Brevo', 2]],
    },
];

/** [[seconds...], [values...], ...]; what is null is a gap. */
export const columnsOf = (chart, minutes) =>
    [minutes.map(one => one.minute_ms / 1000), ...chart.lines.map(([name]) => minutes.map(one => one[name]))];

const sum = (minutes, name) => minutes.reduce((all, one) => all + one[name], 0);

export function sentenceOn(chart, { per, received_per_minute: received, synced_per_minute: synced }) {
    if (per.length === 0) return 'Nothing is known yet.';
    if (chart.id === 'rate') {
        const dead = sum(per, 'dead');
        return `${number(Math.round(received * 10) / 10)} arrive and ${number(Math.round(synced * 10) / 10)} reach Brevo a minute, over the last five; ${dead ? count(dead, 'was', 'were') : 'none was'} given up in the last hour.`;
    }
    if (chart.id === 'age') {
        const ages = per.map(one => one.age_ms).filter(age => age !== null);
        return ages.length ? `At most ${span(Math.max(...ages))} from arrival to Brevo in the last hour.` : 'None reached Brevo in the last hour.';
    }
    return `${count(sum(per, 'calendly_calls'), 'call')} to Calendly and ${number(sum(per, 'brevo_calls'))} to Brevo in the last hour.`;
}

/** What a minute held, in words. */
export const minuteWords = (chart, one) =>
    chart.lines.map(([name, words]) => `${one[name] === null ? '–' : chart.unit(one[name])} ${words}`).join(', ');
