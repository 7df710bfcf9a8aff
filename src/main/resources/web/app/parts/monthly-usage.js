/** What one user, or all users, have used in a month. */
import {html, nothing} from 'lit';
import {get} from '../core/api.js';
import {PageElement} from '../core/element.js';
import {explain} from '../core/failure.js';
import {formatNumber, language, t} from '../core/texts.js';
import {options} from './options.js';
import {inTime} from './section.js';
import {formatMoney, usageTable} from './usage-table.js';

const MONTHS = 6;

const monthName = new Intl.DateTimeFormat(language, {month: 'long', year: 'numeric', timeZone: 'UTC'});

class MonthlyUsage extends PageElement {
  static properties = {
    /** The account of the user; null for all users. */
    user: {attribute: false},
  };

  #months = latestMonths();
  #month = this.#months[0];
  #usage = null;
  #failure = null;

  constructor() {
    super();
    this.user = null;
  }

  firstUpdated() {
    this.#read();
  }

  async #read() {
    const month = this.#month;
    const user = this.user ? `&user_id=${this.user.id}` : '';
    this.#failure = null;
    try {
      const usage = await get(`admin/usage?month=${month}${user}`, inTime());
      if (month === this.#month) {
        this.#usage = usage;
      }
    } catch (failure) {
      if (month === this.#month) {
        this.#failure = failure;
      }
    }
    this.requestUpdate();
  }

  #choose(month) {
    this.#month = month;
    this.#usage = null;
    this.requestUpdate();
    this.#read();
  }

  render() {
    return html`
      <label class="month">${t('usage.month')}
        <select @change=${({target}) => this.#choose(target.value)}>
          ${options(this.#months, this.#month, (month) => monthName.format(new Date(`${month}-01`)))}
        </select>
      </label>
      ${this.#failure
        ? html`<div class="notice problem" role="alert">
            <p>${explain(this.#failure)}</p>
            <button type="button" @click=${this.#read}>${t('action.retry')}</button>
          </div>`
        : nothing}
      ${this.#usage ? this.#content(this.#usage) : this.#failure ? nothing : html`<p class="hint" role="status">${t('app.loading')}</p>`}
    `;
  }

  #content({tokens, cost, currency, usage}) {
    if (usage.length === 0) {
      return html`<p class="hint">${t('usage.none')}</p>`;
    }
    const values = {tokens: formatNumber(tokens), cost: formatMoney(cost, currency)};
    const label = this.user ? t('usage.ofUser', {username: this.user.username}) : t('usage.ofAll');
    return html`<p>${t('usage.sum', values)}</p>${usageTable(usage, currency, label)}`;
  }
}

/** This month and those before, as `2026-11`. Parley counts in UTC. */
function latestMonths() {
  const now = new Date();
  return Array.from({length: MONTHS}, (_, before) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - before, 1)).toISOString().slice(0, 7),
  );
}

customElements.define('parley-monthly-usage', MonthlyUsage);
