/** The turns of all users that have not ended, oldest first. A turn opens with its timeline. */
import {html, nothing} from 'lit';
import {repeat} from 'lit/directives/repeat.js';
import {list} from '../core/api.js';
import {formatDistance, formatMoment, t} from '../core/texts.js';
import {LiveSection} from './live-section.js';
import {options} from './options.js';
import './turn-timeline.js';

const PAGE = 100;
const FILTERS = ['all', 'running', 'waiting', 'queued'];

class UnfinishedTurns extends LiveSection {
  #turns = [];
  #filter = 'all';
  #max = PAGE;

  heading() {
    return t('turns.title');
  }

  fetch(limits) {
    const status = this.#filter === 'all' ? '' : `?status=${this.#filter}`;
    return list(`admin/turns${status}`, {...limits, limit: this.#max});
  }

  adopt(turns) {
    this.#turns = turns;
  }

  content() {
    const stuck = this.#turns.filter((turn) => turn.stuck).length;
    return html`
      <div class="fields">
        <label>${t('tasks.show')}
          <select @change=${({target}) => this.#show(target.value)}>
            ${options(FILTERS, this.#filter, (value) => t(`turns.filter.${value}`))}
          </select>
        </label>
        <p class="hint count" role="status">
          ${t('turns.count', {count: this.#turns.length})}
          ${stuck > 0 ? html`<strong class="problem">${t('turns.stuckCount', {count: stuck})}</strong>` : nothing}
        </p>
      </div>
      ${this.#turns.length > 0 ? this.#table() : html`<p class="hint">${t('turns.none')}</p>`}
      ${this.#turns.length >= this.#max
        ? html`<button class="quiet wide" @click=${this.#showMore}>${t('action.more')}</button>`
        : nothing}
      <parley-turn-timeline></parley-turn-timeline>
    `;
  }

  #show(filter) {
    this.#filter = filter;
    this.#max = PAGE;
    this.read();
  }

  #showMore() {
    this.#max += PAGE;
    this.read();
  }

  #table() {
    return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${t('turns.table')}>
      <table class="turn-table">
        <thead><tr>
          <th scope="col">${t('turns.agent')}</th>
          <th scope="col">${t('turns.status')}</th>
          <th scope="col">${t('turns.user')}</th>
          <th scope="col">${t('turns.since')}</th>
          <th scope="col" class="number">${t('turns.attempt')}</th>
          <th scope="col">${t('turns.host')}</th>
        </tr></thead>
        <tbody>
          ${repeat(this.#turns, (turn) => turn.turn_id, (turn) => this.#row(turn))}
        </tbody>
      </table>
    </div>`;
  }

  #row(turn) {
    const since = turn.started_at ?? turn.opened_at;
    const names = {agent: turn.agent_type, user: turn.username};
    return html`<tr class=${turn.stuck ? 'stuck' : ''} @click=${() => this.#open(turn)}>
      <td><button class="link" aria-haspopup="dialog" aria-label=${t('turns.open', names)}>${turn.agent_type}</button></td>
      <td>
        ${t(`turns.status.${turn.status}`)}
        ${turn.stuck ? html`<span class="tag urgent" title=${t('turns.stuckText')}>${t('turns.stuck')}</span>` : nothing}
      </td>
      <td class="cut" title=${turn.username}>${turn.username}</td>
      <td><time datetime=${since} title=${formatMoment(since)}>${formatDistance(since)}</time></td>
      <td class="number">${turn.attempt}</td>
      <td>${turn.host ?? '–'}</td>
    </tr>`;
  }

  #open(turn) {
    if (!getSelection().isCollapsed) {
      return; // Somebody has marked a name, to copy it
    }
    this.querySelector('parley-turn-timeline').open(turn);
  }
}

customElements.define('parley-unfinished-turns', UnfinishedTurns);
