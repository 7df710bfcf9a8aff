/** What an administrator can do with an account: its usage, its plan, disable it, end its tokens, erase it. */
import {html, nothing} from 'lit';
import {get, list, patch, put, remove} from '../core/api.js';
import {PageElement} from '../core/element.js';
import {explain} from '../core/failure.js';
import {session} from '../core/session.js';
import {formatNumber, t} from '../core/texts.js';
import './monthly-usage.js';
import {fieldsOf, inTime} from './section.js';
import {complain, say} from './toast.js';

class UserPanel extends PageElement {
  static properties = {user: {attribute: false}};

  #isBusy = false;
  #plans = [];
  #plan = null;
  #planProblem = '';
  #eraseProblem = '';

  connectedCallback() {
    super.connectedCallback();
    this.#readPlan();
  }

  render() {
    const {id, username, disabled} = this.user;
    return html`
      <section class="user-panel" aria-label=${t('users.manageUser', {username})}>
        <h3>${t('users.usage')}</h3>
        <parley-monthly-usage .user=${this.user}></parley-monthly-usage>
        <h3>${t('users.plan')}</h3>
        ${this.#planForm()}
        <h3>${t('users.access')}</h3>
        ${id === session.account?.id
          ? html`<p class="hint">${t('users.own')}</p>`
          : html`
              <p class="hint">${t(disabled ? 'users.enableText' : 'users.disableText')}</p>
              <div class="tools">
                <button ?disabled=${this.#isBusy} @click=${this.#switch}>
                  ${t(disabled ? 'users.enable' : 'users.disable')}
                </button>
                <button ?disabled=${this.#isBusy} @click=${this.#endTokens}>${t('users.endTokens')}</button>
                <button class="danger" ?disabled=${this.#isBusy} @click=${this.#ask}>${t('users.erase')}</button>
              </div>
            `}
      </section>
      ${this.#dialog()}
    `;
  }

  #planForm() {
    return html`
      <form class="fields" @submit=${this.#assign}>
        <label class="field-wide">${t('users.planName')}
          <select name="plan" ?disabled=${!this.#plan} aria-describedby="plan-outcome">
            ${this.#plans.map(({name}) => html`<option value=${name} .selected=${name === this.#plan?.plan}>${name}</option>`)}
          </select>
        </label>
        <button ?disabled=${this.#isBusy || !this.#plan}>${t('users.assign')}</button>
      </form>
      <div id="plan-outcome" role="status">
        ${this.#planProblem ? html`<p class="problem">${this.#planProblem}</p>` : nothing}
        ${this.#plan
          ? html`<p class="hint">${t('users.planIs', {
              plan: this.#plan.plan,
              used: formatNumber(this.#plan.used),
              limit: formatNumber(this.#plan.limit),
            })}</p>`
          : nothing}
      </div>
    `;
  }

  #dialog() {
    const {username} = this.user;
    return html`<dialog aria-labelledby="erase-user-heading" aria-describedby="erase-user-text">
      <form @submit=${this.#erase}>
        <h2 id="erase-user-heading">${t('users.eraseQuestion', {username})}</h2>
        <p id="erase-user-text">${t('users.eraseWarning')}</p>
        <label>${t('users.eraseType', {username})}
          <input name="username" required autocomplete="off" autocapitalize="none" spellcheck="false" />
        </label>
        ${this.#eraseProblem ? html`<p class="problem" role="alert">${this.#eraseProblem}</p>` : nothing}
        <div class="tools">
          <button type="button" @click=${this.#closeDialog}>${t('action.cancel')}</button>
          <button class="danger" ?disabled=${this.#isBusy}>${t('users.eraseAll')}</button>
        </div>
      </form>
    </dialog>`;
  }

  /** Does one thing at a time. The action says itself what has gone wrong, or the page does. */
  async #act(action, onFailure = complain) {
    this.#isBusy = true;
    this.requestUpdate();
    try {
      await action(inTime());
    } catch (failure) {
      onFailure(failure);
    }
    this.#isBusy = false;
    this.requestUpdate();
  }

  #assign(event) {
    event.preventDefault();
    const {plan} = fieldsOf(event.target);
    this.#planProblem = '';
    return this.#act(
      async (limits) => {
        this.#plan = await put(`admin/users/${this.user.id}/plan`, {plan}, limits);
        say(t('users.planAssigned', {username: this.user.username, plan}));
      },
      (failure) => {
        this.#planProblem = explain(failure);
      },
    );
  }

  async #readPlan() {
    try {
      [this.#plans, this.#plan] = await Promise.all([
        list('admin/plans'),
        get(`admin/users/${this.user.id}/plan`, inTime()),
      ]);
    } catch (failure) {
      this.#planProblem = explain(failure);
    }
    this.requestUpdate();
  }

  #switch() {
    const {id, username, disabled} = this.user;
    if (!disabled && !confirm(t('users.confirmDisable', {username}))) {
      return;
    }
    return this.#act(async (limits) => {
      this.#tell('updated', await patch(`admin/users/${id}`, {disabled: !disabled}, limits));
      say(t(disabled ? 'users.isEnabled' : 'users.isDisabled', {username}));
    });
  }

  #endTokens() {
    const {id, username} = this.user;
    if (!confirm(t('users.confirmEndTokens', {username}))) {
      return;
    }
    return this.#act(async (limits) => {
      await remove(`admin/users/${id}/tokens`, limits);
      say(t('users.tokensEnded', {username}));
    });
  }

  /** A modal dialog takes the focus, and gives it back when it closes. */
  #ask() {
    this.#eraseProblem = '';
    this.requestUpdate();
    this.querySelector('dialog form').reset();
    this.querySelector('dialog').showModal();
    this.querySelector('dialog input').focus();
  }

  #closeDialog() {
    this.querySelector('dialog').close();
  }

  async #erase(event) {
    event.preventDefault();
    const {id, username} = this.user;
    if (fieldsOf(event.target).username !== username) {
      this.#eraseProblem = t('users.eraseWrongName');
      this.requestUpdate();
      return;
    }
    this.#eraseProblem = '';
    await this.#act(
      async (limits) => {
        await remove(`admin/users/${id}`, limits);
        this.#closeDialog();
        say(t('users.erased', {username}));
        this.#tell('erased', {id});
      },
      (failure) => {
        this.#eraseProblem = explain(failure);
      },
    );
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, {bubbles: true, detail}));
  }
}

customElements.define('parley-user-panel', UserPanel);
