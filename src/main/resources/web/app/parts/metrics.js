/** What goes on in the replica that answers: figures of now, and charts of the last hour. */
import {html, nothing} from 'lit';
import {get} from '../core/api.js';
import {formatElapsed, formatNumber, formatTime, language, t} from '../core/texts.js';
import './chart.js';
import {loadCharts} from './charts-library.js';
import {LiveSection} from './live-section.js';
import {MetricsHistory} from './metrics-history.js';
import {inTime} from './section.js';

const ENDINGS = [
  {metric: 'turns_succeeded', ink: 'good'},
  {metric: 'turns_failed', ink: 'bad'},
  {metric: 'turns_timed_out', ink: 'amber'},
  {metric: 'turns_interrupted', ink: 'plum'},
  {metric: 'turns_cancelled', ink: 'muted'},
];

/** Of things that are counted, an axis names whole numbers only. */
const WHOLE = [1, 2, 5].flatMap((digit) => Array.from({length: 7}, (_, zeros) => digit * 10 ** zeros)).sort((one, other) => one - other);

const megabytes = new Intl.NumberFormat(language, {style: 'unit', unit: 'megabyte', maximumFractionDigits: 0});
const formatBytes = (bytes) => megabytes.format(bytes / 1_000_000);
const tenths = new Intl.NumberFormat(language, {maximumFractionDigits: 1});
/** An event loop may lag by less than a millisecond. */
const formatLag = (milliseconds) => (milliseconds < 10 ? `${tenths.format(milliseconds)} ms` : formatElapsed(milliseconds));
const clock = new Intl.DateTimeFormat(language, {timeStyle: 'medium'});
const percent = new Intl.NumberFormat(language, {style: 'percent', maximumFractionDigits: 0});

const counted = {format: formatNumber, increments: WHOLE, least: 4};
const measured = {format: formatElapsed, least: 10};

const CHARTS = [
  {name: 'inFlight', ...counted, lines: [{metric: 'turns_in_flight', ink: 'accent'}]},
  {name: 'endings', ...counted, isStacked: true, lines: ENDINGS},
  {
    name: 'latency',
    ...measured,
    lines: [
      {metric: 'agent_p50_ms', ink: 'accent'},
      {metric: 'agent_p99_ms', ink: 'amber'},
      {metric: 'turn_mean_ms', ink: 'plum'},
    ],
  },
  {
    name: 'pool',
    ...counted,
    lines: [
      {metric: 'pool_in_use', ink: 'accent'},
      {metric: 'pool_free', ink: 'good'},
      {metric: 'pool_waiting', ink: 'bad'},
    ],
  },
  {name: 'lag', ...measured, format: formatLag, spansGaps: true, lines: [{metric: 'event_loop_lag_ms', ink: 'accent'}]},
  {
    name: 'memory',
    format: formatBytes,
    least: 100_000_000,
    lines: [
      {metric: 'memory_resident_bytes', ink: 'accent'},
      {metric: 'heap_used_bytes', ink: 'amber'},
    ],
  },
];

class Metrics extends LiveSection {
  #history = new MetricsHistory();
  #uPlot = null;
  #isChartFailure = false;

  connectedCallback() {
    super.connectedCallback();
    this.#load();
  }

  async #load() {
    this.#isChartFailure = false;
    this.requestUpdate();
    try {
      this.#uPlot = await loadCharts();
    } catch {
      this.#isChartFailure = true;
    }
    this.requestUpdate();
  }

  heading() {
    return t('metrics.title');
  }

  /** Asks for what is new. A replica that was not asked before has to tell all. */
  async fetch(limits) {
    const {instance, latest} = this.#history;
    if (latest === 0) {
      return get('admin/metrics', limits);
    }
    const answer = await get(`admin/metrics?since=${latest}`, limits);
    return answer.instance === instance ? answer : get('admin/metrics', inTime());
  }

  adopt(answer) {
    this.#history = this.#history.with(answer);
  }

  content() {
    const history = this.#history;
    return html`
      <p class="hint">${t('metrics.replica', {
        replica: history.instance.slice(-8),
        time: formatTime(history.startedAt),
      })} ${history.latest > 0 ? t('metrics.asOf', {time: clock.format(new Date(history.latest * 1_000))}) : nothing}</p>
      ${history.otherSince
        ? html`<p class="notice" role="status">${t('metrics.otherReplica', {time: formatTime(history.otherSince)})}</p>`
         : nothing}
      ${this.#isChartFailure
        ? html`<div class="notice problem" role="alert">
            <p>${t('metrics.noCharts')}</p>
            <button @click=${this.#load}>${t('action.retry')}</button>
          </div>`
        : nothing}
      ${history.times.length === 0
        ? html`<p class="hint">${t('metrics.none', {seconds: history.interval})}</p>`
        : html`
            ${figures(history)}
            <div class="charts">
              ${CHARTS.map((chart) => html`<parley-chart .chart=${chart} .history=${history} .uPlot=${this.#uPlot}></parley-chart>`)}
            </div>
          `}
    `;
  }
}

function figures(history) {
  const inFlight = history.now('turns_in_flight');
  const used = history.now('turns_utilization');
  const waiting = history.now('pool_waiting');
  const failed = history.sum('turns_failed') + history.sum('turns_timed_out') + history.sum('turns_interrupted');
  const circuit = circuitState(history.now('circuit_state'));
  return html`<ul class="cards" aria-label=${t('dashboard.figures')}>
    ${figure(t('chart.inFlight'), number(inFlight), used === null ? '' : t('metrics.used', {percent: percent.format(used)}))}
    ${figure(t('metrics.succeeded'), formatNumber(history.sum('turns_succeeded')),
      t('metrics.failed', {count: formatNumber(failed)}), failed > 0)}
    ${figure(t('metrics.approvals'), number(history.now('approvals_open')), t('metrics.allReplicas'))}
    ${figure(t('metrics.circuit'), t(`circuit.${circuit}`), t(`circuit.${circuit}.text`), circuit === 'open')}
    ${waiting > 0 ? figure(t('metric.pool_waiting'), number(waiting), t('metrics.poolBusy'), true) : nothing}
  </ul>`;
}

const number = (value) => (value === null ? '–' : formatNumber(value));

function circuitState(value) {
  if (value === null) {
    return 'unknown';
  }
  return value === 0 ? 'closed' : value < 1 ? 'halfOpen' : 'open';
}

const figure = (label, value, note, isProblem = false) => html`<li class="figure">
  <span>${label}</span>
  <strong class=${/^\D{8,}$/.test(value) ? 'word' : nothing}>${value}</strong>
  <span class=${isProblem ? 'problem' : ''}>${note}</span>
</li>`;

customElements.define('parley-metrics', Metrics);
