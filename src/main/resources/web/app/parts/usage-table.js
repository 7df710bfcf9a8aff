/** The tokens of a month and what they cost, by agent and model. */
import {html} from 'lit';
import {formatNumber, language, t} from '../core/texts.js';

export const formatMoney = (amount, currency) =>
  new Intl.NumberFormat(language, {style: 'currency', currency, maximumFractionDigits: amount < 1 ? 4 : 2}).format(amount);

export const usageTable = (usage, currency, label) => html`
  <div class="table-scroll" tabindex="0" role="region" aria-label=${label}>
    <table>
      <thead><tr>
        <th scope="col">${t('quota.agent')}</th>
        <th scope="col">${t('quota.model')}</th>
        <th scope="col" class="number">${t('quota.input')}</th>
        <th scope="col" class="number">${t('quota.output')}</th>
        <th scope="col" class="number">${t('quota.cost')}</th>
      </tr></thead>
      <tbody>
        ${usage.map((use) => html`<tr>
          <td>${use.agent_type}</td>
          <td>${use.model}</td>
          <td class="number">${formatNumber(use.input_tokens)}</td>
          <td class="number">${formatNumber(use.output_tokens)}</td>
          <td class="number">${formatMoney(use.cost, currency)}</td>
        </tr>`)}
      </tbody>
    </table>
  </div>
`;
