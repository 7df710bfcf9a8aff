/** Where a message is written, and the queue of the messages that wait. */
import {html, nothing} from 'lit';
import {PageElement} from '../core/element.js';
import {t} from '../core/texts.js';
import {complain} from './toast.js';

const LONGEST = 32_000;

class Composer extends PageElement {
  static properties = {
    conversation: {attribute: false},
    agents: {attribute: false},
    agent: {attribute: false},
  };

  #editing = null;

  constructor() {
    super();
    this.agents = [];
    this.agent = '';
  }

  #followed = null;
  #changed = () => this.requestUpdate();

  /** The conversation stays the same object while its turns come and go. */
  willUpdate() {
    if (this.#followed !== this.conversation) {
      this.#followed?.removeEventListener('change', this.#changed);
      this.#followed = this.conversation;
      this.#followed.addEventListener('change', this.#changed);
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#followed?.removeEventListener('change', this.#changed);
    this.#followed = null;
  }

  /** Puts a text in, to be changed and sent. */
  edit(text) {
    const field = this.querySelector('.compose textarea');
    field.value = text;
    field.focus();
    this.#grow(field);
    this.#keepDraft(text);
  }

  render() {
    const {conversation} = this;
    const active = conversation.active;
    const queue = conversation.queued;
    return html`
      ${queue.length > 0 ? this.#queue(queue) : nothing}
      <form class="compose" @submit=${this.#submit}>
        <textarea
          name="message"
          rows="1"
          maxlength=${LONGEST}
          placeholder=${t(active ? 'compose.whileBusy' : 'compose.placeholder')}
          aria-label=${t('compose.label')}
          @input=${this.#typed}
          @keydown=${this.#pressed}
        ></textarea>
        <div class="compose-row">
          ${this.agents.length > 1 ? this.#chooseAgent() : nothing}
          ${active ? nothing : html`<span class="hint only-wide-inline">${t('compose.keys')}</span>`}
          <span class="space"></span>
          ${active
            ? html`
                <button type="button" @click=${() => this.#send('steer')} title=${t('compose.steerTitle')}>
                  ${t('compose.steer')}</button>
                <button type="button" @click=${() => this.#send('cancel_running')} title=${t('compose.nowTitle')}>
                  ${t('compose.now')}</button>
                <button class="primary" title=${t('compose.queueTitle')}>${t('compose.queue')}</button>
              `
            : html`<button class="primary">${t('compose.send')}</button>`}
        </div>
      </form>
    `;
  }

  #chooseAgent() {
    return html`<select
      aria-label=${t('compose.agent')}
      @change=${({target}) => this.dispatchEvent(new CustomEvent('agent', {detail: target.value}))}
    >
      ${this.agents.map(
        (agent) => html`<option value=${agent.agent_type} ?selected=${agent.agent_type === this.agent}>
          ${agent.name}
        </option>`,
      )}
    </select>`;
  }

  #queue(queue) {
    return html`<section class="queue" aria-label=${t('queue.title')}>
      <h2 class="group">${t('queue.title')}</h2>
      <ol>
        ${queue.map((turn) =>
          this.#editing === turn.id
            ? html`<li>
                <form class="rename" @submit=${(event) => this.#saveQueued(event, turn)}>
                  <input name="message" required maxlength=${LONGEST} .value=${turn.message} aria-label=${t('queue.message')} />
                  <button class="quiet">${t('action.save')}</button>
                </form>
              </li>`
            : html`<li>
                <span class="queued">${turn.message}</span>
                <button class="quiet" @click=${() => this.#editQueued(turn)}>${t('action.edit')}</button>
                <button class="quiet" @click=${() => this.#removeQueued(turn)}>${t('action.remove')}</button>
              </li>`,
        )}
      </ol>
    </section>`;
  }

  async #editQueued(turn) {
    this.#editing = turn.id;
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector('.queue input').select();
  }

  async #saveQueued(event, turn) {
    event.preventDefault();
    const {message} = Object.fromEntries(new FormData(event.target));
    this.#editing = null;
    await this.conversation.editQueued(turn, message).catch(complain);
    this.requestUpdate();
  }

  async #removeQueued(turn) {
    await this.conversation.removeQueued(turn).catch(complain);
    this.requestUpdate();
  }

  #submit(event) {
    event.preventDefault();
    this.#send('enqueue');
  }

  #send(whenBusy) {
    const field = this.querySelector('.compose textarea');
    const message = field.value.trim();
    if (!message || this.conversation.isBeginning) {
      field.focus();
      return;
    }
    field.value = '';
    this.#grow(field);
    this.#keepDraft('');
    this.dispatchEvent(new CustomEvent('send', {detail: {message, whenBusy}}));
    field.focus();
  }

  #typed({target}) {
    this.#grow(target);
    this.#keepDraft(target.value);
  }

  #pressed(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#send('enqueue');
    }
  }

  #grow(field) {
    field.rows = Math.min(10, Math.max(1, field.value.split('\n').length, Math.ceil(field.value.length / 90)));
  }

  /** What was typed survives a reload and the end of the session. */
  #keepDraft(text) {
    sessionStorage.setItem(this.#draftKey(), text);
  }

  /** The conversation that began with it has a draft of its own from now on. */
  forgetDraftOfNew() {
    sessionStorage.removeItem('parley.draft.new');
    this.#keepDraft(this.querySelector('.compose textarea').value);
  }

  #draftKey() {
    return `parley.draft.${this.conversation.id ?? 'new'}`;
  }

  #restored = null;

  updated() {
    if (this.#restored !== this.conversation) {
      this.#restored = this.conversation;
      const field = this.querySelector('.compose textarea');
      field.value = sessionStorage.getItem(this.#draftKey()) ?? '';
      this.#grow(field);
    }
  }
}

customElements.define('parley-composer', Composer);
