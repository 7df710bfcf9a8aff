/** The operator's view, for administrators: what goes on, turns that have not ended, quotas, and users. */
import {html} from 'lit';
import {PageElement} from '../core/element.js';
import {t} from '../core/texts.js';
import '../parts/metrics.js';
import '../parts/quotas.js';
import '../parts/unfinished-turns.js';
import '../parts/users.js';

class Operator extends PageElement {
  render() {
    return html`<div class="page">
      <header><h1>${t('page.operator')}</h1></header>
      <parley-metrics></parley-metrics>
      <parley-unfinished-turns></parley-unfinished-turns>
      <parley-users></parley-users>
      <parley-quotas></parley-quotas>
    </div>`;
  }
}

customElements.define('parley-operator', Operator);
