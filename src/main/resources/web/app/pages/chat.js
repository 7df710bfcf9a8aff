/** The assistant: the conversations at the side, and the open one. */
import {html, nothing} from 'lit';
import {keyed} from 'lit/directives/keyed.js';
import {list} from '../core/api.js';
import {Conversation} from '../core/conversation.js';
import {PageElement} from '../core/element.js';
import {explain} from '../core/failure.js';
import {go, idOf, place, replace} from '../core/router.js';
import {t} from '../core/texts.js';
import '../parts/composer.js';
import '../parts/conversation-list.js';
import {icon} from '../parts/icons.js';
import '../parts/turn.js';
import {complain} from '../parts/toast.js';

const SUGGESTIONS = ['task', 'list', 'remember'];

class Chat extends PageElement {
  #conversation = null;
  #failure = null;
  #agents = [];
  #agent = '';
  #isListOpen = false;
  #isAtEnd = true;
  #announcement = '';
  #changed = () => this.requestUpdate();
  /** Who does not see the reply grow hears when it is there. */
  #ended = () => {
    const {active, turns} = this.#conversation;
    if (!active && turns.at(-1)?.hasEnded) {
      this.#announcement = t(`turn.ended.${turns.at(-1).status === 'succeeded' ? 'well' : 'badly'}`);
    }
  };
  #created = () => {
    replace('chat', this.#conversation.id);
    this.querySelector('parley-composer')?.forgetDraftOfNew();
    this.querySelector('parley-conversations')?.read();
  };

  connectedCallback() {
    super.connectedCallback();
    this.listen(window, 'hashchange', this.#open);
    this.listen(document, 'visibilitychange', this.#lookAgain);
    this.atEnd(() => this.#close());
    this.#open();
    this.#readAgents();
  }

  #open() {
    const {page, rest} = place();
    if (page !== 'chat') {
      return;
    }
    this.#isListOpen = false;
    const id = idOf(rest[0]);
    if (this.#conversation && this.#conversation.id === id) {
      this.requestUpdate();
      return;
    }
    this.#close();
    this.#isAtEnd = true;
    this.#announcement = '';
    const conversation = new Conversation(id);
    this.#conversation = conversation;
    conversation.addEventListener('change', this.#changed);
    conversation.addEventListener('created', this.#created);
    conversation.addEventListener('ended', this.#ended);
    if (id) {
      this.#load();
    } else {
      conversation.restorePending();
    }
    this.requestUpdate();
  }

  async #load() {
    const conversation = this.#conversation;
    this.#failure = null;
    try {
      await conversation.load();
      conversation.restorePending();
    } catch (failure) {
      if (conversation === this.#conversation) {
        this.#failure = failure;
      }
    }
    this.requestUpdate();
  }

  #lookAgain() {
    if (document.visibilityState === 'visible' && this.#conversation?.id && !this.#failure) {
      this.#conversation.refresh().catch(() => {});
    }
  }

  async #readAgents() {
    try {
      this.#agents = (await list('agents')).filter((agent) => !agent.requires_hiring || agent.hired);
      this.requestUpdate();
    } catch {
      // Without the list, the assistant answers
    }
  }

  #close() {
    this.#conversation?.removeEventListener('change', this.#changed);
    this.#conversation?.removeEventListener('created', this.#created);
    this.#conversation?.removeEventListener('ended', this.#ended);
    this.#conversation?.close();
    this.#conversation = null;
    this.#failure = null;
  }

  render() {
    const conversation = this.#conversation;
    if (!conversation) {
      return nothing; // The person has signed out while this was to be drawn
    }
    return html`<div class="chat ${this.#isListOpen ? 'list-open' : ''}">
      <aside class="side" aria-label=${t('chat.conversations')}>
        <parley-conversations .selected=${conversation.id}></parley-conversations>
      </aside>
      <section class="talk" aria-label=${t('chat.conversation')}>
        ${this.#header(conversation)}
        <div class="scroll" tabindex="0" @scroll=${this.#scrolled}>
          <div class="turns">${this.#body(conversation)}</div>
        </div>
        <p class="unseen" role="status">${this.#announcement}</p>
        ${this.#failure ? nothing : this.#footer(conversation)}
      </section>
    </div>`;
  }

  #header(conversation) {
    return html`<header class="talk-head">
      <button
        class="quiet only-narrow"
        aria-expanded=${this.#isListOpen}
        @click=${() => this.#toggleList()}
      >${icon('list')} <span>${t('chat.conversations')}</span></button>
      <h1>${conversation.title || t('chat.new')}</h1>
      <button class="quiet" aria-label=${t('chat.new')} @click=${() => go('chat')}>${icon('plus')} <span class="only-wide-inline">${t('chat.new')}</span></button>
    </header>`;
  }

  #toggleList() {
    this.#isListOpen = !this.#isListOpen;
    this.requestUpdate();
  }

  #body(conversation) {
    if (this.#failure) {
      return html`<div class="empty" role="alert">
        <p>${this.#failure.status === 404 ? t('chat.gone') : explain(this.#failure)}</p>
        <button class="primary" @click=${this.#load}>${t('action.retry')}</button>
      </div>`;
    }
    if (conversation.isLoading && conversation.turns.length === 0) {
      return html`<p class="empty" role="status">${t('app.loading')}</p>`;
    }
    if (conversation.turns.length === 0) {
      return this.#welcome();
    }
    return html`
      ${conversation.hasEarlier
        ? html`<button class="quiet earlier" @click=${() => conversation.loadEarlier().catch(complain)}>
            ${t('chat.earlier')}
          </button>`
        : nothing}
      ${conversation.turns
        .filter((turn) => turn.status !== 'queued')
        .map((turn) => keyed(turn, html`<parley-turn .turn=${turn} .conversation=${conversation}
            @edit=${(event) => this.#edit(event.detail)}></parley-turn>`))}
    `;
  }

  #welcome() {
    return html`<div class="empty">
      <h2>${t('chat.greeting')}</h2>
      <p>${t('chat.greetingText')}</p>
      <div class="suggestions">
        ${SUGGESTIONS.map(
          (name) => html`<button @click=${() => this.#send(t(`suggestion.${name}`))}>
            ${t(`suggestion.${name}`)}
          </button>`,
        )}
      </div>
    </div>`;
  }

  #footer(conversation) {
    return html`<parley-composer
      .conversation=${conversation}
      .agents=${this.#agents}
      .agent=${this.#agent || conversation.agentType || 'assistant'}
      @agent=${(event) => this.#chooseAgent(event.detail)}
      @send=${(event) => this.#send(event.detail.message, event.detail.whenBusy)}
    ></parley-composer>`;
  }

  #chooseAgent(agent) {
    this.#agent = agent;
    this.requestUpdate();
  }

  #send(message, whenBusy) {
    this.#isAtEnd = true;
    this.#announcement = '';
    const conversation = this.#conversation;
    const agentType = this.#agent || undefined;
    conversation.send(message, {whenBusy, agentType});
    this.requestUpdate();
  }

  #edit(message) {
    this.querySelector('parley-composer').edit(message);
  }

  #scrolled({target}) {
    this.#isAtEnd = target.scrollHeight - target.scrollTop - target.clientHeight < 80;
  }

  /** New text stays in view, unless the person has scrolled away from the end. */
  updated() {
    if (this.#isAtEnd) {
      requestAnimationFrame(() => {
        const scroll = this.querySelector('.scroll');
        if (scroll) {
          scroll.scrollTop = scroll.scrollHeight;
        }
      });
    }
  }
}

customElements.define('parley-chat', Chat);
