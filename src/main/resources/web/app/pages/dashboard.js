/** The dashboard: figures, tasks, quota and notifications. */
import {html, nothing} from 'lit';
import {get} from '../core/api.js';
import {PageElement} from '../core/element.js';
import {explain} from '../core/failure.js';
import {formatDistance, formatNumber, language, t} from '../core/texts.js';
import '../parts/notifications.js';
import '../parts/quota.js';
import {inTime} from '../parts/section.js';
import '../parts/tasks.js';

/** In milliseconds. */
const REFRESH = 15_000;
const AGE_SHOWN = 5_000;

const clock = new Intl.DateTimeFormat(language, {timeStyle: 'medium'});

class Dashboard extends PageElement {
  #figures = null;
  /** When the figures came, by the clock of this machine: that of the server may differ. */
  #readAt = null;
  #failure = null;
  #isReading = false;
  #reading = 0;

  connectedCallback() {
    super.connectedCallback();
    this.every(REFRESH, this.#readIfVisible);
    this.every(AGE_SHOWN, () => this.requestUpdate());
    this.listen(document, 'visibilitychange', this.#readIfVisible);
    this.listen(window, 'online', this.#readIfVisible);
    this.listen(this, 'changed', this.#read);
    this.#read();
  }

  #readIfVisible() {
    if (document.visibilityState === 'visible' && !this.#isReading) {
      this.#read();
    }
  }

  async #read() {
    const reading = ++this.#reading;
    const isLatest = () => reading === this.#reading;
    this.#isReading = true;
    try {
      const figures = await get('dashboard/stats', inTime());
      if (!isLatest()) {
        return; // Something was changed after this reading had begun
      }
      this.#adopt(figures);
      this.#failure = null;
    } catch (failure) {
      if (!isLatest()) {
        return;
      }
      this.#failure = failure;
    }
    this.#isReading = false;
    this.requestUpdate();
  }

  /** What the figures say has changed is read again: the rest need not be. */
  #adopt(figures) {
    const before = this.#figures;
    this.#figures = figures;
    this.#readAt = new Date();
    if (!before) {
      return;
    }
    const isOther = (part) => JSON.stringify(before[part]) !== JSON.stringify(figures[part]);
    this.#refresh([
      isOther('tasks') && 'parley-tasks',
      isOther('quota') && 'parley-quota',
      isOther('unread_notifications') && 'parley-notifications',
    ]);
  }

  #refresh(parts) {
    parts.filter(Boolean).forEach((part) => this.querySelector(part)?.read());
  }

  #refreshAll() {
    this.#refresh(['parley-tasks', 'parley-quota', 'parley-notifications']);
    return this.#read();
  }

  render() {
    return html`<div class="page">
      <header>
        <h1>${t('page.dashboard')}</h1>
        <div class="tools">
          ${this.#figures ? html`<span class="hint">${this.#age()}</span>` : nothing}
          <button class="quiet" @click=${this.#refreshAll}>${t('action.refresh')}</button>
        </div>
      </header>
      ${this.#failure
        ? html`<div class="notice problem" role="alert">
            <p>${explain(this.#failure)} ${this.#figures ? t('dashboard.stale') : ''}</p>
            <button @click=${this.#refreshAll}>${t('action.retry')}</button>
          </div>`
        : nothing}
      ${this.#figures ? this.#cards(this.#figures) : nothing}
      <div class="columns">
        <parley-tasks></parley-tasks>
        <div>
          <parley-notifications></parley-notifications>
          <parley-quota></parley-quota>
        </div>
      </div>
    </div>`;
  }

  #age() {
    return t('dashboard.asOf', {
      time: clock.format(new Date(this.#figures.as_of)),
      age: formatDistance(Math.min(this.#readAt, Date.now())),
    });
  }

  #cards({tasks, conversations, turns, unread_notifications: unread, quota}) {
    return html`<ul class="cards" aria-label=${t('dashboard.figures')}>
      ${card(t('dashboard.openTasks'), tasks.pending + tasks.in_progress,
        tasks.overdue > 0 ? t('dashboard.overdue', {count: tasks.overdue}) : t('dashboard.completed', {count: tasks.completed}),
        tasks.overdue > 0)}
      ${card(t('dashboard.conversations'), conversations, '')}
      ${card(t('dashboard.turnsToday'), turns.today, t('dashboard.running', {count: turns.running}))}
      ${card(t('dashboard.unread'), unread, '')}
      ${card(t('dashboard.queries'), quota.used, t('dashboard.ofLimit', {limit: formatNumber(quota.limit)}),
        quota.used >= quota.limit)}
    </ul>`;
  }
}

const card = (label, value, note, isProblem = false) => html`<li class="figure">
  <span>${label}</span>
  <strong>${formatNumber(value)}</strong>
  <span class=${isProblem ? 'problem' : ''}>${note}</span>
</li>`;

customElements.define('parley-dashboard', Dashboard);
