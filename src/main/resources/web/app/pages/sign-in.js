/** The first page: sign in, register, or try out. */
import {html, nothing} from 'lit';
import {PageElement} from '../core/element.js';
import {explain} from '../core/failure.js';
import {session} from '../core/session.js';
import {t} from '../core/texts.js';
import {say} from '../parts/toast.js';

class SignIn extends PageElement {
  #registers = false;
  #isBusy = false;
  #problem = '';

  connectedCallback() {
    super.connectedCallback();
    if (new URLSearchParams(location.search).has('sign_in')) {
      this.#problem = t('problem.issuerSignIn');
      history.replaceState(null, '', location.pathname + location.hash);
    }
  }

  render() {
    return html`<main class="welcome">
      <section class="hero">
        <img src="icon.svg" alt="" width="56" height="56" />
        <h1>Parley</h1>
        <p class="lead">${t('welcome.lead')}</p>
        <ul class="promises">
          ${['reply', 'work', 'approve'].map((promise) => html`<li>${t(`welcome.${promise}`)}</li>`)}
        </ul>
      </section>
      <section class="card">
        ${session.trial ? this.#trial() : nothing}
        ${session.issuerSignIn ? this.#issuer() : nothing}
        ${this.#form()}
      </section>
    </main>`;
  }

  #trial() {
    return html`
      <h2>${t('welcome.try')}</h2>
      <p>${t('welcome.tryText')}</p>
      <button class="primary wide" ?disabled=${this.#isBusy} @click=${this.#tryOut}>
        ${t('welcome.tryAction')}
      </button>
      <p class="or"><span>${t('welcome.or')}</span></p>
    `;
  }

  #issuer() {
    return html`
      <a class="button primary wide" href="session/oidc">${t('welcome.issuer')}</a>
      <p class="or"><span>${t('welcome.or')}</span></p>
    `;
  }

  #form() {
    return html`
      <h2>${t(this.#registers ? 'welcome.register' : 'welcome.signIn')}</h2>
      <form @submit=${this.#submit}>
        <label>${t('field.username')}
          <input name="username" autocomplete="username" required maxlength="254" autocapitalize="none" />
        </label>
        ${this.#registers
          ? html`<label>${t('field.email')}
              <input name="email" type="email" autocomplete="email" required maxlength="254" />
            </label>`
          : nothing}
        <label>${t('field.password')}
          <input
            name="password"
            type="password"
            required
            autocomplete=${this.#registers ? 'new-password' : 'current-password'}
          />
        </label>
        ${this.#problem ? html`<p class="problem" role="alert">${this.#problem}</p>` : nothing}
        <button class=${session.trial || session.issuerSignIn ? 'wide' : 'primary wide'} ?disabled=${this.#isBusy}>
          ${t(this.#registers ? 'welcome.registerAction' : 'welcome.signInAction')}
        </button>
      </form>
      ${session.registrationOpen
        ? html`<button class="link" @click=${this.#toggle}>
            ${t(this.#registers ? 'welcome.toSignIn' : 'welcome.toRegister')}
          </button>`
        : nothing}
    `;
  }

  #toggle() {
    this.#registers = !this.#registers;
    this.#problem = '';
    this.requestUpdate();
  }

  #submit(event) {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    return this.#attempt(() =>
      this.#registers
        ? session.register(fields.username, fields.email, fields.password)
        : session.signIn(fields.username, fields.password),
    );
  }

  #tryOut() {
    return this.#attempt(async () => {
      const account = await session.tryOut();
      sessionStorage.setItem('parley.trial', JSON.stringify(account));
      say(t('welcome.account', account));
    });
  }

  async #attempt(action) {
    this.#isBusy = true;
    this.#problem = '';
    this.requestUpdate();
    try {
      await action();
    } catch (failure) {
      this.#problem = explainSignIn(failure);
    }
    this.#isBusy = false;
    this.requestUpdate();
  }
}

function explainSignIn(failure) {
  if (failure.status === 401) {
    return t('problem.wrongPassword');
  }
  if (failure.code === 'rate_limited') {
    return t('problem.tooManyAttempts', {seconds: failure.retryAfter ?? 60});
  }
  return explain(failure);
}

customElements.define('parley-sign-in', SignIn);
