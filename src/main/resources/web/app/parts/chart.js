/** A chart of the last hour: a heading, a legend in words with the latest values, and lines or stacked bars. */
import {html, nothing} from 'lit';
import {PageElement} from '../core/element.js';
import {language, t} from '../core/texts.js';
import {SHOWN} from './metrics-history.js';

/** In CSS pixels. */
const HEIGHT = 160;
const AXIS_WIDTH = 60;

/** In seconds. */
const LEAST_SHOWN = 600;

const DASHES = [[], [8, 3], [2, 2]];
const NO_VALUE = '–';

const minutes = new Intl.DateTimeFormat(language, {timeStyle: 'short'});
const seconds = new Intl.DateTimeFormat(language, {timeStyle: 'medium'});

/** A moment of the samples, in seconds, by the clock. */
const at = (format, time) => format.format(new Date(time * 1_000));

/**
 * The chart's definition has `name`, `lines` (`metric` and `ink`, a colour of the style sheet), `format`, and
 * perhaps `increments` of its axis, `isStacked` (bars of what happened in each interval) and `spansGaps`.
 */
class Chart extends PageElement {
  static properties = {
    chart: {attribute: false},
    history: {attribute: false},
    /** The library, once it is loaded. Without it, the legend has the values. */
    uPlot: {attribute: false},
  };

  #plot = null;
  /** The index of the sample below the pointer. */
  #pointed = null;

  connectedCallback() {
    super.connectedCallback();
    // The colours of a canvas are those of the time when it was drawn
    this.listen(matchMedia('(prefers-color-scheme: dark)'), 'change', this.#drawAnew);
    const observer = new ResizeObserver(() => this.#fit());
    observer.observe(this);
    this.atEnd(() => {
      observer.disconnect();
      this.#discard();
    });
  }

  render() {
    const {name, lines, isStacked = false} = this.chart;
    const id = `chart-${name}`;
    return html`<figure class="chart">
      <figcaption>
        <h3 id=${id}>${this.#title}</h3>
        <p class="hint">${this.#pointed === null
          ? isStacked ? t('chart.sums', {seconds: this.history.interval}) : nothing
          : at(seconds, this.history.times[this.#pointed])}</p>
        <ul class="legend" aria-labelledby=${id}>
          ${lines.map((line, index) => html`<li>
            <svg class="swatch" viewBox="0 0 20 10" aria-hidden="true">
              <line class="ink-${line.ink}" x1="0" x2="20" y1="5" y2="5" stroke-width=${isStacked ? 10 : 3}
                stroke-dasharray=${isStacked ? nothing : this.#dash(index).join(' ') || nothing} />
            </svg>
            ${t(`metric.${line.metric}`)}
            <strong>${this.#legendValue(line)}</strong>
          </li>`)}
        </ul>
      </figcaption>
      <div class="plot" role="img" aria-label=${this.#summary()}></div>
    </figure>`;
  }

  get #title() {
    return t(`chart.${this.chart.name}`);
  }

  #legendValue({metric}) {
    if (this.#pointed !== null) {
      return this.#format(this.history.values(metric)[this.#pointed]);
    }
    return this.#format(this.chart.isStacked ? this.history.sum(metric) : this.#now(metric));
  }

  /** The latest value; of a line over gaps, the last one that came. */
  #now(metric) {
    return this.chart.spansGaps ? this.history.last(metric) : this.history.now(metric);
  }

  #format(value) {
    return value === null || value === undefined ? NO_VALUE : this.chart.format(value);
  }

  /** What one sees in the chart, in words. */
  #summary() {
    const {lines, isStacked} = this.chart;
    const parts = lines.map(({metric}) => {
      const max = this.history.max(metric);
      const now = this.#now(metric);
      const values = {
        label: t(`metric.${metric}`),
        now: now === null ? t('chart.noValue') : this.#format(now),
        max: this.#format(max),
        sum: this.#format(this.history.sum(metric)),
      };
      return t(max === null ? 'chart.lineEmpty' : isStacked ? 'chart.lineSum' : 'chart.line', values);
    });
    return `${t('chart.of', {title: this.#title})} ${parts.join('; ')}.`;
  }

  updated(changed) {
    if (!this.uPlot) {
      return;
    }
    if (!this.#plot) {
      this.#draw();
    } else if (changed.has('history')) {
      this.#plot.setData(this.#data());
    }
  }

  #drawAnew() {
    this.#discard();
    this.requestUpdate();
  }

  #discard() {
    this.#plot?.destroy();
    this.#plot = null;
    this.#pointed = null;
  }

  #fit() {
    const width = this.querySelector('.plot')?.clientWidth ?? 0;
    if (this.#plot && width > 0 && width !== this.#plot.width) {
      this.#plot.setSize({width, height: HEIGHT});
    }
  }

  #data() {
    const columns = this.chart.lines.map(({metric}) => this.history.values(metric));
    return [this.history.times, ...(this.chart.isStacked ? stacked(columns) : columns)];
  }

  #dash(index) {
    return this.chart.isStacked ? [] : DASHES[index % DASHES.length];
  }

  #draw() {
    const target = this.querySelector('.plot');
    const colour = (name) => getComputedStyle(target).getPropertyValue(`--${name}`).trim();
    const axis = {
      stroke: colour('muted'),
      font: `12px ${getComputedStyle(target).fontFamily}`,
      grid: {stroke: colour('line'), width: 1},
      ticks: {show: false},
    };
    const {lines, format, increments, isStacked, spansGaps = false} = this.chart;
    const {uPlot} = this;
    this.#plot = new uPlot(
      {
        width: target.clientWidth,
        height: HEIGHT,
        padding: [8, 26, 0, 0],
        legend: {show: false},
        cursor: {
          drag: {x: false, y: false},
          y: false,
          ...(isStacked ? {points: {show: false}} : {}),
          sync: {key: 'parley.metrics'},
        },
        scales: {
          x: {range: (_, first, last) => shownTimes(first, last)},
          y: {range: (_, min, max) => [0, Math.max(max ?? 0, this.chart.least ?? 0) * 1.1]},
        },
        axes: [
          {...axis, size: 30, space: 70, values: (_, times) => times.map((time) => at(minutes, time))},
          {
            ...axis,
            size: AXIS_WIDTH,
            space: 32,
            ...(increments ? {incrs: increments} : {}),
            values: (_, values) => values.map((value) => format(value)),
          },
        ],
        series: [
          {},
          ...lines.map(({ink}, index) => ({
            stroke: colour(ink),
            width: isStacked ? 0 : 1.5,
            dash: this.#dash(index),
            spanGaps: spansGaps,
            ...(isStacked
              ? {fill: colour(ink), paths: uPlot.paths.bars({size: [1], gap: 0}), points: {show: false}}
              : {points: {show: false, size: 4, fill: colour(ink), filter: spansGaps ? single : alone}}),
          })),
        ],
        hooks: {setCursor: [(plot) => this.#point(plot.cursor.idx ?? null)]},
      },
      this.#data(),
      target,
    );
  }

  #point(index) {
    if (index !== this.#pointed) {
      this.#pointed = index;
      this.requestUpdate();
    }
  }
}

/** The last hour, or what there is of it. */
const shownTimes = (first, last) => [Math.max(Math.min(first, last - LEAST_SHOWN), last - SHOWN), last];

/** The columns on top of each other: the first is drawn first, so it has the sum of all. */
function stacked(columns) {
  return columns.map((column, index) =>
    column.map((value, row) =>
      columns.slice(index).reduce((sum, other) => (other[row] === null ? sum : (sum ?? 0) + other[row]), null),
    ),
  );
}

/** The samples without a neighbour, which no line would show. */
function alone(plot, series) {
  const values = plot.data[series];
  const isMissing = (index) => (values[index] ?? null) === null;
  return values.flatMap((_, index) =>
    !isMissing(index) && isMissing(index - 1) && isMissing(index + 1) ? [index] : [],
  );
}

/** The sample of a line over gaps that has only one, which is no line. */
function single(plot, series) {
  const found = plot.data[series].flatMap((value, index) => ((value ?? null) === null ? [] : [index]));
  return found.length === 1 ? found : null;
}

customElements.define('parley-chart', Chart);
