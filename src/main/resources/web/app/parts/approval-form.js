/** Approve, edit or deny a tool call. */
import {html, nothing} from 'lit';
import {post} from '../core/api.js';
import {PageElement} from '../core/element.js';
import {explain} from '../core/failure.js';
import {inbox} from '../core/inbox.js';
import {formatDistance, formatMoment, t} from '../core/texts.js';

class ApprovalForm extends PageElement {
  static properties = {approval: {attribute: false}};

  #mode = 'choose';
  #isBusy = false;
  #problem = '';

  render() {
    const {expires_at: expires} = this.approval;
    return html`<div class="approval-form">
      ${this.#mode === 'edit' ? this.#editor() : nothing}
      ${this.#mode === 'deny' ? this.#reason() : nothing}
      ${this.#mode === 'choose' ? this.#choices() : nothing}
      ${this.#problem ? html`<p class="problem" role="alert">${this.#problem}</p>` : nothing}
      <p class="hint">${t('approval.expires')}
        <time datetime=${expires} title=${formatMoment(expires)}>${formatDistance(expires)}</time></p>
    </div>`;
  }

  #choices() {
    return html`<div class="tools">
      <button class="primary" ?disabled=${this.#isBusy} @click=${() => this.#decide('approve', {})}>
        ${t('approval.approve')}
      </button>
      <button ?disabled=${this.#isBusy} @click=${() => this.#become('edit')}>${t('approval.edit')}</button>
      <button class="danger" ?disabled=${this.#isBusy} @click=${() => this.#become('deny')}>
        ${t('approval.deny')}
      </button>
    </div>`;
  }

  #editor() {
    return html`<form @submit=${this.#approveEdited}>
      <label>${t('approval.arguments')}
        <textarea name="arguments" rows="6" spellcheck="false" class="mono"
          .value=${JSON.stringify(this.approval.arguments, null, 2)}></textarea>
      </label>
      <div class="tools">
        <button class="primary" ?disabled=${this.#isBusy}>${t('approval.approveEdited')}</button>
        <button type="button" @click=${() => this.#become('choose')}>${t('action.cancel')}</button>
      </div>
    </form>`;
  }

  #reason() {
    return html`<form @submit=${this.#deny}>
      <label>${t('approval.reason')}<input name="reason" maxlength="1000" /></label>
      <div class="tools">
        <button class="danger" ?disabled=${this.#isBusy}>${t('approval.deny')}</button>
        <button type="button" @click=${() => this.#become('choose')}>${t('action.cancel')}</button>
      </div>
    </form>`;
  }

  async #become(mode) {
    this.#mode = mode;
    this.#problem = '';
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector('textarea, input')?.focus();
  }

  #approveEdited(event) {
    event.preventDefault();
    let edited;
    try {
      edited = JSON.parse(new FormData(event.target).get('arguments'));
    } catch {
      this.#problem = t('approval.notJson');
      this.requestUpdate();
      return undefined;
    }
    return this.#decide('approve', {arguments: edited});
  }

  #deny(event) {
    event.preventDefault();
    const reason = new FormData(event.target).get('reason').trim();
    return this.#decide('deny', reason ? {reason} : {});
  }

  /** With the hash of what was seen, where the server told it: other arguments are not approved. */
  async #decide(decision, body) {
    const {turn_id: turn, step, arguments_hash: hash} = this.approval;
    this.#isBusy = true;
    this.#problem = '';
    this.requestUpdate();
    try {
      const headers = hash ? {'If-Match': `"${hash}"`} : {};
      await post(`turns/${turn}/steps/${step}/${decision}`, body, {headers});
      this.dispatchEvent(new CustomEvent('decided', {bubbles: true, detail: decision}));
      await inbox.read();
    } catch (failure) {
      this.#problem = explain(failure);
    }
    this.#isBusy = false;
    this.requestUpdate();
  }
}

customElements.define('parley-approval-form', ApprovalForm);
