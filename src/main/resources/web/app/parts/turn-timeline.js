/** A dialog with the course of a turn, as far as it is stored: no messages, arguments or results. */
import {html, nothing} from 'lit';
import {get} from '../core/api.js';
import {PageElement} from '../core/element.js';
import {explain} from '../core/failure.js';
import {formatMoment, hasText, t} from '../core/texts.js';
import {formatLong} from './elapsed.js';
import {inTime} from './section.js';

/** In milliseconds. */
const REFRESH = 10_000;

const IDS = new Set(['turns.runner', 'turns.id']);

class TurnTimeline extends PageElement {
  /** The turn as the list has it, then as it was read. */
  #turn = null;
  #failure = null;
  #isReading = false;

  connectedCallback() {
    super.connectedCallback();
    this.every(REFRESH, this.#readIfSeen);
  }

  /** A modal dialog takes the focus, and gives it back when it closes. */
  async open(turn) {
    this.#turn = turn;
    this.#failure = null;
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector('dialog').showModal();
    await this.#read();
  }

  #readIfSeen() {
    const isOpen = this.querySelector('dialog').open;
    if (isOpen && document.visibilityState === 'visible' && !this.#isReading && !this.#turn.ended_at) {
      this.#read();
    }
  }

  async #read() {
    const id = this.#turn.turn_id;
    const isWanted = () => id === this.#turn.turn_id;
    this.#isReading = true;
    try {
      const turn = await get(`admin/turns/${id}`, inTime());
      if (isWanted()) {
        this.#turn = turn;
        this.#failure = null;
      }
    } catch (failure) {
      if (isWanted()) {
        this.#failure = failure;
      }
    }
    if (isWanted()) {
      this.#isReading = false;
      this.requestUpdate();
    }
  }

  render() {
    return html`<dialog class="timeline-dialog" aria-labelledby="timeline-heading">
      ${this.#turn ? this.#content(this.#turn) : nothing}
    </dialog>`;
  }

  #content(turn) {
    return html`
      <h2 id="timeline-heading">${t('turns.heading', {agent: turn.agent_type, user: turn.username})}</h2>
      ${turn.stuck
        ? html`<p class="notice problem"><strong>${t('turns.stuck')}:</strong> ${t('turns.stuckText')}</p>`
        : nothing}
      ${this.#facts(turn)}
      <h3 id="timeline-title">${t('timeline.title')}</h3>
      ${this.#failure
        ? html`<div class="notice problem" role="alert">
            <p>${explain(this.#failure)}</p>
            <button @click=${this.#read}>${t('action.retry')}</button>
          </div>`
        : nothing}
      ${turn.timeline ? this.#timeline(turn) : this.#failure ? nothing : html`<p class="hint" role="status">${t('app.loading')}</p>`}
      <div class="tools">
        <button autofocus @click=${() => this.querySelector('dialog').close()}>${t('action.close')}</button>
      </div>
    `;
  }

  #facts(turn) {
    const facts = [
      ['turns.status', t(`turns.status.${turn.status}`)],
      ['turns.error', turn.error_code],
      ['timeline.opened', formatMoment(turn.opened_at)],
      ['turns.elapsed', formatLong(turn.elapsed_ms)],
      ['turns.attempt', turn.attempt],
      ['turns.host', turn.host],
      ['turns.runner', turn.runner],
      ['turns.id', turn.turn_id],
    ].filter(([, value]) => value !== undefined);
    return html`<dl class="facts-list">
      ${facts.map(([name, value]) => html`<div class=${IDS.has(name) ? 'whole' : ''}><dt>${t(name)}</dt><dd>${value}</dd></div>`)}
    </dl>`;
  }

  #timeline({opened_at: opened, timeline}) {
    const starts = timeline.filter(({kind}) => kind === 'started');
    return html`<ol class="timeline" aria-labelledby="timeline-title">
      ${timeline.map((entry) => html`<li class="moment ${entry.kind} ${outcome(entry)}">
        <time class="moment-time" datetime=${entry.at} title=${formatMoment(entry.at)}>
          +${formatLong(Math.max(new Date(entry.at) - new Date(opened), 0))}
        </time>
        <span class="moment-text">
          ${describe(entry, starts.indexOf(entry) > 0)}
          ${entry.step ? html`<span class="hint">${t('timeline.step', {step: entry.step})}</span>` : nothing}
        </span>
      </li>`)}
    </ol>`;
  }
}

function outcome({ok}) {
  return ok === undefined ? '' : ok ? 'good' : 'bad';
}

function describe(entry, isResumed) {
  const {kind, name = '', ok, elapsed_ms: elapsed} = entry;
  const values = {name, time: elapsed === undefined ? '' : formatLong(elapsed)};
  switch (kind) {
    case 'started':
      return t(isResumed ? 'timeline.resumed' : 'timeline.started');
    case 'tool':
      return t(ok === false ? 'timeline.toolFailed' : 'timeline.tool', values);
    case 'approval':
      return t(ok === undefined ? 'timeline.approvalOpen' : ok ? 'timeline.approved' : 'timeline.denied', values);
    case 'ended':
      return t('timeline.ended', {...values, status: t(`turns.status.${name}`)});
    default: // A newer server may have other kinds
      return hasText(`timeline.${kind}`) ? t(`timeline.${kind}`) : kind;
  }
}

customElements.define('parley-turn-timeline', TurnTimeline);
