/** What all users have used, and whether the counters of quotas agree with the ledger of charges. */
import {html, nothing} from 'lit';
import {post} from '../core/api.js';
import {PageElement} from '../core/element.js';
import {explain} from '../core/failure.js';
import {formatNumber, t} from '../core/texts.js';
import './monthly-usage.js';

/** In milliseconds. The server compares for at most 30 s. */
const LONGEST_COMPARISON = 40_000;
const SHOWN = 100;

class Quotas extends PageElement {
  #isComparing = false;
  #result = null;
  #failure = null;

  connectedCallback() {
    super.connectedCallback();
    this.classList.add('section');
  }

  async #compare() {
    this.#isComparing = true;
    this.#failure = null;
    this.requestUpdate();
    try {
      this.#result = await post('admin/quota/reconcile', {}, {signal: AbortSignal.timeout(LONGEST_COMPARISON)});
    } catch (failure) {
      this.#failure = failure;
    }
    this.#isComparing = false;
    this.requestUpdate();
  }

  render() {
    return html`<section class="card" aria-labelledby="quotas-heading">
      <h2 id="quotas-heading">${t('quotas.title')}</h2>
      <parley-monthly-usage></parley-monthly-usage>
      <h3>${t('reconcile.title')}</h3>
      <p class="hint">${t('reconcile.text')}</p>
      <button ?disabled=${this.#isComparing} @click=${this.#compare}>
        ${t(this.#isComparing ? 'reconcile.running' : 'reconcile.run')}
      </button>
      <div role="status">
        ${this.#failure ? html`<p class="problem">${explain(this.#failure)}</p>` : nothing}
        ${this.#result && !this.#isComparing ? outcome(this.#result) : nothing}
      </div>
      ${this.#result?.differences.length > 0 && !this.#isComparing ? table(this.#result.differences.slice(0, SHOWN)) : nothing}
    </section>`;
  }
}

const outcome = ({compared, found, is_complete: isComplete}) => html`<p>
  ${t('reconcile.compared', {count: compared, number: formatNumber(compared)})}
  ${found === 0
    ? t('reconcile.equal')
    : html`<strong class="problem">${t('reconcile.found', {count: found, number: formatNumber(found)})}</strong>`}
  ${isComplete ? nothing : t('reconcile.incomplete')}
</p>`;

const table = (differences) => html`<div class="table-scroll" tabindex="0" role="region" aria-label=${t('reconcile.differences')}>
  <table class="unbroken">
    <thead><tr>
      <th scope="col">${t('reconcile.user')}</th>
      <th scope="col">${t('usage.month')}</th>
      <th scope="col" class="number">${t('reconcile.counted')}</th>
      <th scope="col" class="number">${t('reconcile.written')}</th>
      <th scope="col">${t('reconcile.repaired')}</th>
    </tr></thead>
    <tbody>
      ${differences.map((row) => html`<tr>
        <td class="mono">${row.user_id}</td>
        <td>${row.month}</td>
        <td class="number">${amounts(row.counted, row.counted_tokens)}</td>
        <td class="number">${amounts(row.written, row.written_tokens)}</td>
        <td>${t(row.repaired ? 'reconcile.yes' : 'reconcile.no')}</td>
      </tr>`)}
    </tbody>
  </table>
</div>`;

const amounts = (queries, tokens) =>
  t('reconcile.amounts', {queries: formatNumber(queries), tokens: formatNumber(tokens)});

customElements.define('parley-quotas', Quotas);
