/** The catalogue of agents, and which of them the user has hired. */
import {html, nothing} from 'lit';
import {repeat} from 'lit/directives/repeat.js';
import {list, put, remove} from '../core/api.js';
import {t} from '../core/texts.js';
import {Section} from './section.js';

class Hiring extends Section {
  #agents = [];

  heading() {
    return t('hiring.title');
  }

  fetch(limits) {
    return list('agents', limits);
  }

  adopt(agents) {
    this.#agents = agents;
  }

  content() {
    return html`<ul class="rows">
      ${repeat(this.#agents, (agent) => agent.agent_type, (agent) => this.#row(agent))}
    </ul>`;
  }

  #row(agent) {
    const {name, description, price, requires_hiring: isForHire, hired} = agent;
    return html`<li class="row">
      <div class="row-main">
        <span class="row-title">${name}</span>
        <span class="row-text">${description}</span>
        <span class="row-facts">
          <span>${price === 0 ? t('hiring.free') : t('hiring.price', {count: price})}</span>
          ${hired ? html`<span class="tag approved">${t('hiring.hired')}</span>` : nothing}
          ${isForHire || hired ? nothing : html`<span>${t('hiring.included')}</span>`}
        </span>
      </div>
      ${isForHire || hired
        ? html`<button
            aria-label=${t(hired ? 'hiring.dismissAgent' : 'hiring.hireAgent', {name})}
            @click=${() => (hired ? this.#dismiss(agent) : this.#hire(agent))}
          >${t(hired ? 'hiring.dismiss' : 'hiring.hire')}</button>`
        : nothing}
    </li>`;
  }

  #hire({agent_type: type}) {
    return this.change((limits) => put(`me/agents/${encodeURIComponent(type)}`, {}, limits));
  }

  #dismiss({agent_type: type, name}) {
    return confirm(t('hiring.confirmDismiss', {name}))
      ? this.change((limits) => remove(`me/agents/${encodeURIComponent(type)}`, limits))
      : undefined;
  }
}

customElements.define('parley-hiring', Hiring);
