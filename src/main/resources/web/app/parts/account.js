/** The account: its name and address, its password, and the language of the console. */
import {html, nothing} from 'lit';
import {get, patch} from '../core/api.js';
import {explain} from '../core/failure.js';
import {session} from '../core/session.js';
import {formatMoment, language, languages, t, useLanguage} from '../core/texts.js';
import {copy} from './markdown.js';
import {options} from './options.js';
import {inTime, Section} from './section.js';
import {say} from './toast.js';
import {forgetTrial, renameTrial, trialAccount} from './trial.js';

class Account extends Section {
  #me = null;

  heading() {
    return t('account.title');
  }

  fetch(limits) {
    return get('me', limits);
  }

  adopt(me) {
    this.#me = me;
  }

  content() {
    const {username, email = '', roles, created_at: since} = this.#me;
    return html`
      ${this.#trial()}
      <p class="hint">
        ${t('account.since', {time: formatMoment(since)})}
        ${roles.includes('admin') ? html`<span class="tag">${t('account.admin')}</span>` : nothing}
      </p>
      <form class="stack" @submit=${this.#save}>
        <label>${t('field.username')}
          <input name="username" required maxlength="254" autocomplete="username" autocapitalize="none" .value=${username} />
        </label>
        <label>${t('field.email')}
          <input name="email" type="email" ?required=${email !== ''} maxlength="254" autocomplete="email" .value=${email} />
        </label>
        <button>${t('action.save')}</button>
      </form>
      <label class="language">${t('account.language')}
        <select @change=${({target}) => useLanguage(target.value)}>
          ${options(languages, language, (tag) => new Intl.DisplayNames([tag], {type: 'language'}).of(tag))}
        </select>
      </label>
    `;
  }

  #trial() {
    const trial = trialAccount();
    if (!trial) {
      return nothing;
    }
    return html`<div class="notice">
      <p>${t('account.trial')}</p>
      <p>${t('field.password')}: <code class="secret">${trial.password}</code></p>
      <button @click=${({currentTarget}) => copy(currentTarget, trial.password)}>${t('action.copy')}</button>
    </div>`;
  }

  async #save(event) {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.target));
    const changes = Object.fromEntries(
      Object.entries(fields).filter(([name, value]) => value !== (this.#me[name] ?? '')),
    );
    if (Object.keys(changes).length === 0) {
      say(t('account.unchanged'));
      return;
    }
    const isSaved = await this.change(async (limits) => {
      const {username} = await patch('me', changes, limits);
      renameTrial(username);
      session.account = {...session.account, username};
    });
    if (isSaved) {
      say(t('account.saved'));
    }
  }
}

customElements.define('parley-account', Account);

/** A new password ends all sessions; this page signs in again with it. */
class PasswordForm extends Section {
  #problem = '';
  #isBusy = false;

  heading() {
    return t('password.title');
  }

  async fetch() {} // There is nothing to read

  adopt() {}

  content() {
    return html`<form class="stack" @submit=${this.#save}>
      <input class="unseen" name="username" autocomplete="username" tabindex="-1" aria-hidden="true" readonly .value=${session.account?.username ?? ''} />
      <label>${t('password.current')}
        <input name="current" type="password" required maxlength="1000" autocomplete="current-password" />
      </label>
      <label>${t('password.new')}
        <input name="password" type="password" required minlength="8" maxlength="72" autocomplete="new-password" aria-describedby="password-rule" />
      </label>
      <p class="hint" id="password-rule">${t('password.rule')}</p>
      <label>${t('password.repeated')}
        <input name="repeated" type="password" required maxlength="72" autocomplete="new-password" />
      </label>
      ${this.#problem ? html`<p class="problem" role="alert">${this.#problem}</p>` : nothing}
      <button ?disabled=${this.#isBusy}>${t('password.save')}</button>
    </form>`;
  }

  async #save(event) {
    event.preventDefault();
    const form = event.target;
    const {current, password, repeated} = Object.fromEntries(new FormData(form));
    if (password !== repeated) {
      this.#show(t('password.notRepeated'));
      return;
    }
    this.#isBusy = true;
    this.#show('');
    // A request of another part may find out first that the session has ended
    const {username} = session.account;
    try {
      await patch('me', {password, current_password: current}, inTime());
      form.reset();
      await this.#signInAgain(username, password);
    } catch (failure) {
      this.#problem = failure.status === 403 ? t('password.wrong') : explain(failure);
    }
    this.#isBusy = false;
    this.requestUpdate();
  }

  async #signInAgain(username, password) {
    forgetTrial();
    try {
      await session.signIn(username, password);
      say(t('password.saved'));
    } catch {
      session.end();
      setTimeout(() => say(t('password.signIn'))); // The page that says it comes first
    }
  }

  #show(problem) {
    this.#problem = problem;
    this.requestUpdate();
  }
}

customElements.define('parley-password', PasswordForm);
