/** The inbox of approvals, over all conversations. */
import {html, nothing} from 'lit';
import {repeat} from 'lit/directives/repeat.js';
import {get, list} from '../core/api.js';
import {PageElement} from '../core/element.js';
import {explain} from '../core/failure.js';
import {inbox} from '../core/inbox.js';
import {session} from '../core/session.js';
import {formatMoment, formatTime, t} from '../core/texts.js';
import '../parts/approval-form.js';
import {openConversation} from '../parts/open-conversation.js';
import {inTime} from '../parts/section.js';
import {say} from '../parts/toast.js';

const DECIDED = 30;
/** The turns of which the inbox says the conversation and the agent. */
const DESCRIBED = 20;

const keyOf = (approval) => `${approval.turn_id} ${approval.step}`;

class Approvals extends PageElement {
  #open = [];
  #decided = [];
  #isRead = false;
  #failure = null;
  #reading = 0;
  /** What is known of a turn; null where the turn is another user's. */
  #turns = new Map();
  #agents = null;

  connectedCallback() {
    super.connectedCallback();
    this.listen(inbox, 'change', this.#read);
    this.#read();
  }

  async #read() {
    const reading = ++this.#reading;
    const isLatest = () => reading === this.#reading;
    try {
      const [open, latest] = await Promise.all([
        list('approvals', inTime()),
        get('approvals?status=all&limit=100', inTime()),
      ]);
      if (!isLatest()) {
        return; // Something was decided after this reading had begun
      }
      this.#open = open;
      this.#decided = latest.data.filter(({status}) => status !== 'open').slice(0, DECIDED);
      this.#isRead = true;
      this.#failure = null;
    } catch (failure) {
      if (!isLatest()) {
        return;
      }
      this.#failure = failure;
    }
    this.requestUpdate();
    await this.#describeTurns();
  }

  async #readAgain() {
    await this.#read();
    await inbox.read();
  }

  async #describeTurns() {
    const unknown = new Set(this.#open.map(({turn_id: id}) => id).filter((id) => !this.#turns.has(id)));
    for (const id of [...unknown].slice(0, DESCRIBED)) {
      try {
        this.#turns.set(id, await this.#describe(id));
      } catch (failure) {
        if (failure.status !== 404 && failure.status !== 403) {
          return; // The next reading tries again
        }
        this.#turns.set(id, null);
      }
      this.requestUpdate();
    }
  }

  async #describe(id) {
    const turn = await get(`turns/${id}`, inTime());
    this.#agents ??= new Map((await list('agents', inTime())).map(({agent_type: type, name}) => [type, name]));
    const {title} = await get(`conversations/${turn.conversation_id}`, inTime());
    return {
      conversation: turn.conversation_id,
      agent: this.#agents.get(turn.agent_type) ?? turn.agent_type,
      title,
    };
  }

  render() {
    return html`<div class="page narrow">
      <header>
        <h1>${t('page.approvals')}</h1>
        <button class="quiet" @click=${this.#readAgain}>${t('action.refresh')}</button>
      </header>
      ${this.#failure
        ? html`<div class="notice problem" role="alert">
            <p>${explain(this.#failure)} ${this.#isRead ? t('approvals.stale') : ''}</p>
            <button @click=${this.#readAgain}>${t('action.retry')}</button>
          </div>`
        : nothing}
      ${this.#isRead
        ? html`${this.#openSection()} ${this.#decidedSection()}`
        : this.#failure ? nothing : html`<p class="hint" role="status">${t('app.loading')}</p>`}
    </div>`;
  }

  #openSection() {
    return html`<section aria-labelledby="approvals-open">
      <h2 id="approvals-open" class="section-title" tabindex="-1">
        ${this.#open.length === 0 ? t('approvals.openNone') : t('approvals.open', {count: this.#open.length})}
      </h2>
      ${this.#open.length === 0
        ? html`<div class="card calm">
            <p>${t('approvals.none')}</p>
            <p class="hint">${t('approvals.noneText')}</p>
          </div>`
        : repeat(this.#open, keyOf, (approval) => this.#openApproval(approval))}
    </section>`;
  }

  #openApproval(approval) {
    return html`<article class="card approval" aria-label=${approval.summary}>
      <h3>${approval.summary}</h3>
      <p class="row-facts">
        <span>${this.#asks(approval)}</span>
        <span>${t('approvals.tool')} <code>${approval.tool}</code></span>
        <time datetime=${approval.asked_at} title=${formatMoment(approval.asked_at)}>${formatTime(approval.asked_at)}</time>
        ${approval.approver === 'admin' ? html`<span class="tag">${t('approvals.admin')}</span>` : nothing}
      </p>
      ${this.#arguments(t('approval.arguments'), approval.arguments)}
      ${this.#isForOthers(approval)
        ? html`<p class="hint">${t('approvals.notYours')}</p>`
        : html`<parley-approval-form .approval=${approval}
            @decided=${({detail}) => this.#tellDecided(approval, detail)}></parley-approval-form>`}
    </article>`;
  }

  /** An administrator decides, and never of an own turn. */
  #isForOthers(approval) {
    return approval.approver === 'admin' && (!session.isAdmin || Boolean(this.#turns.get(approval.turn_id)));
  }

  #asks({turn_id: id}) {
    const turn = this.#turns.get(id);
    if (turn === undefined) {
      return html`<button class="link" @click=${() => openConversation(id)}>${t('action.openConversation')}</button>`;
    }
    if (turn === null) {
      return t('approvals.other');
    }
    return html`${t('approvals.asks', {agent: turn.agent})} <a href="#/chat/${turn.conversation}">${turn.title}</a>`;
  }

  #arguments(label, value) {
    return html`<details>
      <summary>${label}</summary>
      <pre class="block" tabindex="0" aria-label=${label}>${JSON.stringify(value, null, 2)}</pre>
    </details>`;
  }

  #decidedSection() {
    if (this.#decided.length === 0) {
      return nothing;
    }
    return html`<section class="card" aria-labelledby="approvals-decided">
      <h2 id="approvals-decided">${t('approvals.decided')}</h2>
      <ul class="rows">
        ${repeat(this.#decided, keyOf, (approval) => this.#decidedApproval(approval))}
      </ul>
    </section>`;
  }

  #decidedApproval(approval) {
    const {status, decided_at: at, asked_at: asked, reason, approved_arguments: edited} = approval;
    return html`<li class="row">
      <div class="row-main">
        <span class="row-title">${approval.summary}</span>
        ${reason ? html`<span class="row-text">${t('approvals.reason', {reason})}</span>` : nothing}
        <span class="row-facts">
          <span class="tag ${status}">${t(`decision.${status}`)}</span>
          <time datetime=${at ?? asked} title=${formatMoment(at ?? asked)}>${formatTime(at ?? asked)}</time>
          ${this.#turns.get(approval.turn_id) === null
            ? nothing
            : html`<button class="link" @click=${() => openConversation(approval.turn_id)}>
                ${t('action.openConversation')}
              </button>`}
        </span>
        ${this.#arguments(t('approval.arguments'), approval.arguments)}
        ${edited ? this.#arguments(t('approvals.edited'), edited) : nothing}
      </div>
    </li>`;
  }

  #tellDecided(approval, decision) {
    say(t(`approvals.${decision}`, {summary: approval.summary}));
    this.#open = this.#open.filter((other) => keyOf(other) !== keyOf(approval));
    this.requestUpdate();
    this.querySelector('#approvals-open').focus();
  }
}

customElements.define('parley-approvals', Approvals);
