// The charts of the last hour, each with a sentence and a table.
import { el, icon } from './dom.js';
import { charts, columnsOf, minuteWords, sentenceOn } from './figures.js';
import { setText } from './parts.js';
import { moment } from './times.js';

const dark = matchMedia('(prefers-color-scheme: dark)');
const height = 150;

const colourOf = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class Figures {
    #figures = charts.map(chart => new Figure(chart));
    #rates = null;

    constructor() {
        this.element = el('section', { id: 'figures', 'aria-labelledby': 'figures-heading', tabindex: '-1' },
            el('h2', { id: 'figures-heading' }, 'The last hour'), el('div', { class: 'figures' }, this.#figures.map(figure => figure.element)));
        dark.addEventListener('change', () => this.#figures.forEach(figure => figure.draw(true)));
    }

    /** The library comes after what matters more. */
    async load() {
        const { default: Plot } = await import('./uplot.js');
        for (const figure of this.#figures) figure.Plot = Plot;
        this.update(this.#rates);
    }

    update(rates) {
        this.#rates = rates;
        if (rates) for (const figure of this.#figures) figure.update(rates);
    }
}

class Figure {
    #chart;
    #minutes = [];
    #plot = null;

    constructor(chart) {
        this.#chart = chart;
        this.sentence = el('p', { class: 'figure-sentence' });
        this.under = el('p', { class: 'figure-minute', 'aria-hidden': 'true' }, '\u00a0');
        this.place = el('div', { class: 'plot', 'aria-hidden': 'true' });
        this.table = el('details', { ontoggle: () => this.#fillTable() }, el('summary', {}, 'As a table', el('span', { class: 'hidden' }, `: ${chart.heading}`)), el('div', { class: 'table-box', tabindex: '0', role: 'region', 'aria-label': `${chart.heading}, a table` }));
        this.element = el('figure', { class: 'figure', 'data-chart': chart.id },
            el('figcaption', {}, el('h3', {}, chart.heading), this.sentence, el('ul', { class: 'legend', 'aria-hidden': 'true' },
                chart.lines.map(([, words, colour]) => el('li', { class: `line-${colour}` }, icon('minus'), words)))),
            this.place, this.under, this.table);
        new ResizeObserver(() => this.#resize()).observe(this.place);
    }

    update(rates) {
        this.#minutes = rates.per;
        setText(this.sentence, sentenceOn(this.#chart, rates));
        this.#fillTable();
        this.draw();
    }

    draw(isAnew = false) {
        if (!this.Plot || this.#minutes.length === 0) return;
        const columns = columnsOf(this.#chart, this.#minutes);
        if (this.#plot && !isAnew) return this.#plot.setData(columns);
        this.#plot?.destroy();
        this.#plot = new this.Plot(this.#options(), columns, this.place);
    }

    #resize() {
        const width = Math.floor(this.place.clientWidth);
        if (this.#plot && width) this.#plot.setSize({ width, height });
    }

    #options() {
        const axis = { stroke: colourOf('--muted'), grid: { stroke: colourOf('--line'), width: 1 }, ticks: { show: false }, font: '12px system-ui, sans-serif' };
        const now = () => Date.now();
        return {
            width: Math.floor(this.place.clientWidth) || 300, height, legend: { show: false },
            cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
            scales: { y: { range: (plot, low, high) => [0, this.#chart.id === 'age' ? Math.max(high ?? 0, 1000) * 1.1 : Math.max(high ?? 0, 4) * 1.1] } },
            axes: [
                { ...axis, values: (plot, splits) => splits.map(at => moment(at * 1000, now()).slice(-5)), space: 60, size: 26 },
                { ...axis, values: (plot, splits) => splits.map(value => Number.isInteger(value) || this.#chart.id === 'age' ? this.#chart.unit(value) : ''), size: 56, space: 32 },
            ],
            series: [{}, ...this.#chart.lines.map(([, , colour]) => ({
                stroke: colourOf(`--line-${colour}`), width: 2, points: { show: false }, dash: colour === 1 ? [] : colour === 2 ? [7, 4] : [2, 3],
            }))],
            hooks: { setCursor: [plot => this.#point(plot.cursor.idx)] },
        };
    }

    #point(index) {
        const minute = this.#minutes[index];
        setText(this.under, minute ? `${moment(minute.minute_ms, Date.now())}: ${minuteWords(this.#chart, minute)}` : '\u00a0');
    }

    #fillTable() {
        if (!this.table.open) return;
        const box = this.table.lastElementChild;
        box.replaceChildren(el('table', {},
            el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Minute'), this.#chart.lines.map(([, words]) => el('th', { scope: 'col' }, words)))),
            el('tbody', {}, [...this.#minutes].reverse().map(one => el('tr', {}, el('th', { scope: 'row' }, moment(one.minute_ms, Date.now())),
                this.#chart.lines.map(([name]) => el('td', {}, one[name] === null ? '–' : this.#chart.unit(one[name]))))))));
    }
}
