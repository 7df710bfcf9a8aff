/** The user's data: export, log out everywhere, erase. */
import {html, nothing} from 'lit';
import {remove, request} from '../core/api.js';
import {PageElement} from '../core/element.js';
import {explain} from '../core/failure.js';
import {session} from '../core/session.js';
import {t} from '../core/texts.js';
import {download} from './download.js';
import {inTime} from './section.js';
import {complain, say} from './toast.js';

/** In milliseconds. An export is all that the user has. */
const LONGEST_EXPORT = 120_000;

class MyData extends PageElement {
  #isExporting = false;
  #isErasing = false;
  #problem = '';

  connectedCallback() {
    super.connectedCallback();
    this.classList.add('section');
  }

  render() {
    return html`<section class="card" aria-labelledby="my-data-heading">
      <h2 id="my-data-heading">${t('data.title')}</h2>
      <p class="hint">${t('data.exportText')}</p>
      <button ?disabled=${this.#isExporting} @click=${this.#export}>
        ${t(this.#isExporting ? 'data.exporting' : 'data.export')}
      </button>
      <h3>${t('data.sessions')}</h3>
      <p class="hint">${t('data.logOutText')}</p>
      <button @click=${this.#logOutEverywhere}>${t('data.logOut')}</button>
      <h3>${t('data.eraseTitle')}</h3>
      <p class="hint">${t('data.eraseText')}</p>
      <button class="danger" @click=${this.#ask}>${t('data.erase')}</button>
    </section>
    ${this.#dialog()}`;
  }

  #dialog() {
    const username = session.account?.username ?? '';
    return html`<dialog aria-labelledby="erase-heading" aria-describedby="erase-text">
      <form @submit=${this.#erase}>
        <h2 id="erase-heading">${t('data.eraseQuestion')}</h2>
        <p id="erase-text">${t('data.eraseWarning')}</p>
        <label>${t('data.eraseType', {username})}
          <input name="username" required autocomplete="off" autocapitalize="none" spellcheck="false" />
        </label>
        ${this.#problem ? html`<p class="problem" role="alert">${this.#problem}</p>` : nothing}
        <div class="tools">
          <button type="button" @click=${this.#close}>${t('action.cancel')}</button>
          <button class="danger" ?disabled=${this.#isErasing}>${t('data.eraseAll')}</button>
        </div>
      </form>
    </dialog>`;
  }

  async #export() {
    this.#isExporting = true;
    this.requestUpdate();
    try {
      const response = await request('GET', 'me/export', {signal: AbortSignal.timeout(LONGEST_EXPORT)});
      download(`parley-${session.account.username}.json`, 'application/json', await response.text());
    } catch (failure) {
      complain(failure);
    }
    this.#isExporting = false;
    this.requestUpdate();
  }

  async #logOutEverywhere() {
    if (!confirm(t('data.confirmLogOut'))) {
      return;
    }
    try {
      await remove('auth/tokens', inTime());
      this.#leave(t('data.loggedOut'));
    } catch (failure) {
      complain(failure);
    }
  }

  /** A modal dialog takes the focus, and gives it back when it closes. */
  #ask() {
    this.#problem = '';
    this.requestUpdate();
    this.querySelector('dialog form').reset();
    this.querySelector('dialog').showModal();
    this.querySelector('dialog input').focus();
  }

  #close() {
    this.querySelector('dialog').close();
  }

  async #erase(event) {
    event.preventDefault();
    const {username} = Object.fromEntries(new FormData(event.target));
    if (username.trim() !== session.account.username) {
      this.#problem = t('data.eraseWrongName');
      this.requestUpdate();
      return;
    }
    this.#isErasing = true;
    this.#problem = '';
    this.requestUpdate();
    try {
      await remove('me', inTime());
      sessionStorage.clear(); // Nothing of the user stays, also not here
      this.#leave(t('data.erased'));
    } catch (failure) {
      this.#problem = explain(failure);
    }
    this.#isErasing = false;
    this.requestUpdate();
  }

  #leave(message) {
    session.end();
    location.hash = '';
    setTimeout(() => say(message)); // The page that says it comes first
  }
}

customElements.define('parley-my-data', MyData);
