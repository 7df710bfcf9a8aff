/** One turn: the message, what the agent did, its reply, and what can be done about it. */
import {html, nothing} from 'lit';
import {post} from '../core/api.js';
import {PageElement} from '../core/element.js';
import {explain, explainTurn} from '../core/failure.js';
import {go} from '../core/router.js';
import {formatElapsed, formatNumber, formatTime, t} from '../core/texts.js';
import './approval-form.js';
import './countdown.js';
import './markdown.js';
import {copy} from './markdown.js';
import {icon} from './icons.js';
import {complain} from './toast.js';

class TurnView extends PageElement {
  static properties = {turn: {attribute: false}, conversation: {attribute: false}};

  #turn = null;
  #changed = () => this.requestUpdate();

  willUpdate() {
    if (this.#turn !== this.turn) {
      this.#turn?.removeEventListener('change', this.#changed);
      this.#turn = this.turn;
      this.#turn.addEventListener('change', this.#changed);
    }
  }

  connectedCallback() {
    super.connectedCallback();
    this.every(1_000, () => this.turn.isActive && this.requestUpdate());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#turn?.removeEventListener('change', this.#changed);
    this.#turn = null;
  }

  render() {
    const {turn} = this;
    return html`
      ${turn.message
        ? html`<article class="message mine" aria-label=${t('role.user')}>
            <div class="bubble">${turn.message}</div>
            ${turn.isActive || turn.status === 'unsent'
              ? nothing
              : html`<div class="tools">
                  <button class="quiet" @click=${() => this.#edit()}>${t('action.edit')}</button>
                </div>`}
          </article>`
        : nothing}
      ${turn.status === 'unsent' ? this.#unsent() : this.#answer()}
    `;
  }

  #unsent() {
    const {turn, conversation} = this;
    const wait = turn.problem?.retryAfter;
    return html`<div class="notice problem" role="alert">
      <p>${t('turn.unsent')} ${turn.problem ? explain(turn.problem) : nothing}</p>
      <div class="tools">
        <parley-countdown
          .until=${wait ? Date.now() + wait * 1000 : null}
          .label=${t('action.resend')}
          @go=${() => conversation.resend(turn)}
        ></parley-countdown>
        <button class="quiet" @click=${() => this.#takeBack()}>${t('action.takeBack')}</button>
      </div>
    </div>`;
  }

  #answer() {
    const {turn} = this;
    if (turn.status === 'steered') {
      return html`<p class="hint mine">${t('turn.steered')}</p>`;
    }
    return html`<article class="message theirs" aria-label=${t('role.assistant')} aria-busy=${turn.isActive}>
      ${turn.steps.size > 0 ? this.#steps() : nothing}
      ${turn.text ? html`<parley-markdown .text=${turn.text}></parley-markdown>` : nothing}
      ${turn.isActive ? this.#progress() : this.#ending()}
    </article>`;
  }

  #progress() {
    const {turn} = this;
    if (turn.status === 'waiting') {
      return html`<p class="progress">${t('turn.waiting')}
        <button class="quiet" @click=${this.#cancel}>${t('action.stop')}</button></p>`;
    }
    const seconds = Math.max(0, Math.round((Date.now() - new Date(turn.startedAt)) / 1000));
    return html`<p class="progress" role=${turn.connection === 'open' ? nothing : 'alert'}>
      ${turn.connection === 'open' ? html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>` : nothing}
      <span>${t(stateOfProgress(turn))}</span>
      ${turn.connection === 'open' && seconds > 2 ? html`<span class="elapsed">${seconds} s</span>` : nothing}
      ${turn.connection === 'open'
        ? nothing
        : html`<button class="quiet" @click=${() => turn.hurry()}>${t('action.lookNow')}</button>`}
      ${turn.id ? html`<button class="quiet" @click=${this.#cancel}>${t('action.stop')}</button>` : nothing}
    </p>`;
  }

  #ending() {
    const {turn} = this;
    return html`
      ${turn.status === 'succeeded'
        ? turn.finishReason && turn.finishReason !== 'stop'
          ? html`<p class="hint">${t(`finish.${turn.finishReason}`)}</p>`
          : nothing
        : html`<div class="notice ${turn.status === 'cancelled' ? '' : 'problem'}">
            <p>${turn.problem ? explain(turn.problem) : explainTurn(turn)}</p>
            <button @click=${() => this.#again()}>${t('action.again')}</button>
          </div>`}
      <footer class="tools">
        ${turn.text ? html`<button class="quiet" @click=${(event) => copy(event.currentTarget, turn.text)}>${t('action.copy')}</button>` : nothing}
        ${turn.replyId ? this.#thumbs() : nothing}
        ${turn.steps.size === 0
          ? html`<button class="quiet" @click=${this.#readSteps}>${t('turn.showSteps')}</button>`
          : nothing}
        <span class="facts">${this.#facts()}</span>
      </footer>
    `;
  }

  #facts() {
    const {usage, elapsed, startedAt} = this.turn;
    const tokens = usage ? usage.input_tokens + usage.output_tokens : 0;
    return [
      formatTime(startedAt),
      elapsed === null ? null : formatElapsed(elapsed),
      tokens > 0
        ? t(usage.is_estimated ? 'turn.tokensEstimated' : 'turn.tokens', {
            count: tokens,
            tokens: formatNumber(tokens),
          })
        : null,
    ]
      .filter(Boolean)
      .join(' · ');
  }

  #thumbs() {
    return ['up', 'down'].map(
      (rating) => html`<button
        class="quiet"
        aria-label=${t(`rate.${rating}`)}
        aria-pressed=${this.turn.rating === rating}
        @click=${() => this.#rate(rating)}
      >${icon(rating)}</button>`,
    );
  }

  #steps() {
    return html`<div class="steps">
      ${[...this.turn.steps.values()].map((step) => this.#step(step))}
    </div>`;
  }

  #step(step) {
    const depth = step.position?.includes('.') ? 'nested' : '';
    if (step.kind === 'agent' && !step.name) {
      return html`<div class="step ${depth}">
        <span class="step-icon" aria-hidden="true">⤷</span>
        <span>${t('step.delegated', {agent: step.agent})}</span>
        <span class="step-state">${t(`delegation.${step.progress}`)}</span>
      </div>`;
    }
    const isOpen = step.kind === 'approval' && !step.decision;
    return html`<details class="step ${depth} ${step.ok === false ? 'failed' : ''}" ?open=${isOpen}>
      <summary>
        <span class="step-icon" aria-hidden="true">${iconOf(step)}</span>
        <code>${step.name}</code>
        <span class="step-state">${stateOf(step)}</span>
      </summary>
      ${step.arguments === undefined
        ? nothing
        : html`<pre tabindex="0" aria-label=${t('step.arguments')}>${JSON.stringify(step.arguments, null, 2)}</pre>`}
      ${isOpen && this.turn.isActive && isShortened(step)
        ? html`<p><a href="#/approvals">${t('approval.elsewhere')}</a></p>`
        : nothing}
      ${isOpen && this.turn.isActive && !isShortened(step)
        ? html`<parley-approval-form
            .approval=${{
              turn_id: this.turn.id,
              step: step.position,
              tool: step.name,
              summary: step.summary,
              arguments: step.arguments,
              expires_at: step.expiresAt,
            }}
          ></parley-approval-form>`
        : nothing}
    </details>`;
  }

  async #readSteps({currentTarget}) {
    currentTarget.disabled = true;
    try {
      await this.turn.readSteps();
      if (this.turn.steps.size === 0) {
        currentTarget.textContent = t('turn.noSteps');
      }
    } catch (failure) {
      currentTarget.disabled = false;
      complain(failure);
    }
  }

  async #rate(rating) {
    try {
      await post('feedback', {message_id: this.turn.replyId, rating});
      this.turn.rating = rating;
      this.requestUpdate();
    } catch (failure) {
      complain(failure);
    }
  }

  #cancel = () => this.turn.cancel().catch(complain);

  #edit() {
    this.dispatchEvent(new CustomEvent('edit', {detail: this.turn.message}));
  }

  #takeBack() {
    this.conversation.discard(this.turn);
    this.#edit();
  }

  /** A new turn with the same message: the one that failed has ended. */
  #again() {
    this.conversation.send(this.turn.message, {agentType: this.turn.agentType});
  }
}

function stateOfProgress(turn) {
  if (turn.connection === 'open') {
    return `turn.${turn.status}`;
  }
  return turn.id ? `connection.${turn.connection}` : 'connection.unsent';
}

/** Of long arguments a stored event has the length only: nobody approves what nobody has seen. */
function isShortened(step) {
  return step.arguments?.omitted_characters !== undefined;
}

function iconOf(step) {
  if (step.kind === 'approval' && step.ok === undefined) {
    return '✋';
  }
  return step.ok === undefined ? '…' : step.ok ? '✓' : '✗';
}

function stateOf(step) {
  if (step.elapsed !== undefined) {
    return formatElapsed(step.elapsed);
  }
  if (step.decision) {
    return t(`decision.${step.decision}`);
  }
  return t(step.kind === 'approval' ? 'step.asks' : 'step.runs');
}

customElements.define('parley-turn', TurnView);
