/** The console: who is signed in, where one is, and what is open. */
import {html, nothing} from 'lit';
import {PageElement} from './core/element.js';
import {live} from './core/live.js';
import {place} from './core/router.js';
import {session} from './core/session.js';
import {t} from './core/texts.js';
import {inbox} from './core/inbox.js';
import './pages/sign-in.js';
import './pages/chat.js';
import './pages/approvals.js';
import './pages/dashboard.js';
import './pages/profile.js';
import './pages/operator.js';
import {icon} from './parts/icons.js';
import {complain} from './parts/toast.js';

const PAGES = [
  {name: 'chat', view: () => html`<parley-chat></parley-chat>`},
  {name: 'approvals', view: () => html`<parley-approvals></parley-approvals>`},
  {name: 'dashboard', view: () => html`<parley-dashboard></parley-dashboard>`},
  {name: 'profile', view: () => html`<parley-profile></parley-profile>`},
  {name: 'operator', isForAdmins: true, view: () => html`<parley-operator></parley-operator>`},
];

class App extends PageElement {
  #failure = null;
  #isReady = false;

  connectedCallback() {
    super.connectedCallback();
    this.listen(session, 'change', this.renderAgain);
    this.listen(live, 'change', this.renderAgain);
    this.listen(inbox, 'change', this.renderAgain);
    this.listen(window, 'hashchange', this.renderAgain);
    this.listen(window, 'online', this.renderAgain);
    this.listen(window, 'offline', this.renderAgain);
    this.#start();
  }

  async #start() {
    this.#failure = null;
    try {
      await session.resume();
      this.#isReady = true;
      live.start();
      inbox.start();
    } catch (failure) {
      this.#failure = failure;
    }
    this.requestUpdate();
  }

  render() {
    if (this.#failure) {
      return html`<main class="lonely">
        <p role="alert">${t('problem.unreachable')}</p>
        <button class="primary" @click=${this.#start}>${t('action.retry')}</button>
      </main>`;
    }
    if (!this.#isReady) {
      return html`<main class="lonely"><p role="status">${t('app.loading')}</p></main>`;
    }
    if (!session.account) {
      return html`<parley-sign-in></parley-sign-in><parley-toasts></parley-toasts>`;
    }
    const pages = PAGES.filter((page) => !page.isForAdmins || session.isAdmin);
    const current = pages.find((page) => page.name === place().page) ?? pages[0];
    document.title = `${t(`page.${current.name}`)} · Parley`;
    return html`
      <a class="skip" href="#main" @click=${this.#skip}>${t('app.skip')}</a>
      ${navigator.onLine ? nothing : html`<p class="banner" role="alert">${t('app.offline')}</p>`}
      <div class="shell">
        <nav class="rail" aria-label=${t('app.pages')}>
          <a class="brand" href="#/chat"><img src="icon.svg" alt="" width="28" height="28" /><span>Parley</span></a>
          ${pages.map((page) => this.#link(page, current))}
          <button class="rail-end" @click=${this.#signOut}>
            ${icon('out')}<span>${t('app.signOut')}</span>
          </button>
        </nav>
        <main id="main" tabindex="-1">${current.view()}</main>
      </div>
      <parley-toasts></parley-toasts>
    `;
  }

  #link(page, current) {
    const count = {approvals: inbox.count, dashboard: live.unread}[page.name];
    return html`<a
      href="#/${page.name}"
      aria-current=${page === current ? 'page' : nothing}
    >
      ${icon(page.name)}
      <span>${t(`page.${page.name}`)}</span>
      ${count
        ? html`<span class="badge">${count}<span class="unseen"> ${t(`badge.${page.name}`)}</span></span>`
        : nothing}
    </a>`;
  }

  #skip(event) {
    event.preventDefault();
    this.querySelector('#main').focus();
  }

  async #signOut() {
    try {
      await session.signOut();
      location.hash = '';
    } catch (failure) {
      complain(failure);
    }
  }
}

customElements.define('parley-app', App);
