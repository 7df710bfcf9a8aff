/** The quota of the user: what is used, what the plan allows, and when it begins anew. */
import {html, nothing} from 'lit';
import {get} from '../core/api.js';
import {formatDistance, formatMoment, formatNumber, t} from '../core/texts.js';
import {Section} from './section.js';
import {formatMoney, usageTable} from './usage-table.js';

/** The share of a limit from which a bar warns, as the notification `quota_nearing` does. */
const NEARING = 0.8;

class QuotaCard extends Section {
  #quota = null;

  heading() {
    return t('quota.title');
  }

  fetch(limits) {
    return get('me/quota', limits);
  }

  adopt(quota) {
    this.#quota = quota;
  }

  content() {
    const {plan, used, limit, tokens, cost, resets_at: reset, usage} = this.#quota;
    const money = (amount) => formatMoney(amount, cost.currency);
    return html`
      ${bar(t('quota.queries'), {used, limit}, formatNumber)}
      ${bar(t('quota.tokens'), tokens, formatNumber)}
      ${cost.used > 0 || cost.limit !== undefined ? bar(t('quota.cost'), cost, money) : nothing}
      <p class="hint">
        ${t('quota.plan', {plan})}
        ${t('quota.resets')} <time datetime=${reset} title=${formatMoment(reset)}>${formatDistance(reset)}</time>.
      </p>
      ${usage.length > 0 ? this.#usage(usage, cost.currency) : nothing}
    `;
  }

  #usage(usage, currency) {
    return html`<details>
      <summary>${t('quota.usage')}</summary>
      ${usageTable(usage, currency, t('quota.usage'))}
    </details>`;
  }
}

function bar(label, {used, limit, reserved = 0}, format) {
  const isLimited = limit !== undefined;
  const values = {used: format(used), limit: isLimited ? format(limit) : '', reserved: format(reserved)};
  return html`<div class="quota">
    <span>${label}</span>
    <span class="quota-value">
      ${t(isLimited ? 'quota.usedOf' : 'quota.used', values)}
      ${reserved > 0 ? t('quota.reserved', values) : nothing}
    </span>
    ${isLimited
      ? html`<progress
          class=${used >= limit * NEARING ? 'nearing' : ''}
          aria-label=${label}
          max=${Math.max(limit, 1)}
          value=${Math.min(used, limit)}
        ></progress>`
      : nothing}
  </div>`;
}

customElements.define('parley-quota', QuotaCard);
