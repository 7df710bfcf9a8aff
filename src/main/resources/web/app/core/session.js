/**
 * The session. The access token stays in a cookie that scripts cannot read; the CSRF token proves
 * that a request comes from this page.
 */
import {NoCookie, problemOf, Unreachable} from './problem.js';

const TIME_LIMIT = 20_000;
const WHO = 'parley.account';

const BASE = new URL('../', document.baseURI);

class Session extends EventTarget {
  /** @type {string | null} */
  csrfToken = null;
  /** @type {{id: string, username: string, roles: string[]} | null} */
  account = null;
  trial = false;
  registrationOpen = false;
  issuerSignIn = false;
  silenceTimeout = 60_000;
  #renewal = null;

  get isAdmin() {
    return this.account?.roles.includes('admin') ?? false;
  }

  /** Finds out whether somebody is signed in. */
  async resume() {
    await this.#adopt(await this.#send('GET', 'console/session'));
    if (this.csrfToken) {
      await this.#identify();
    }
    this.#changed();
  }

  async signIn(username, password) {
    await this.#adopt(await this.#send('POST', 'console/session', {username, password}));
    await this.#identify();
    this.#requireCookie();
    this.#changed();
  }

  async register(username, email, password) {
    const response = await this.#send('POST', 'api/auth/register', {username, email, password});
    if (!response.ok) {
      throw await problemOf(response);
    }
    await this.signIn(username, password);
  }

  /** Makes a trial account. Returns its credentials, which the server does not tell again. */
  async tryOut() {
    const {account} = await this.#adopt(await this.#send('POST', 'console/session/trial'));
    await this.#identify();
    this.#requireCookie();
    this.#changed();
    return account;
  }

  async signOut() {
    const response = await this.#send('DELETE', 'console/session');
    if (!response.ok) {
      throw await problemOf(response);
    }
    sessionStorage.clear();
    this.end();
  }

  /**
   * The server has refused a request of the session. It may have ended, or another tab has begun
   * another meanwhile. Returns whether there is a session to try again with.
   */
  async renew(refusedToken) {
    if (refusedToken === this.csrfToken) {
      this.#renewal ??= this.resume().finally(() => (this.#renewal = null));
      await this.#renewal;
    }
    return this.csrfToken !== null && this.csrfToken !== refusedToken;
  }

  /** The server no longer accepts the session. */
  end() {
    this.csrfToken = null;
    this.account = null;
    this.#changed();
  }

  async #identify() {
    const response = await fetch(new URL('api/auth/me', BASE), {
      headers: {'X-CSRF-Token': this.csrfToken},
      signal: AbortSignal.timeout(TIME_LIMIT),
    });
    if (response.ok) {
      this.#welcome(await response.json());
    } else if (response.status === 401 || response.status === 403) {
      this.csrfToken = null;
      this.account = null;
    } else {
      throw await problemOf(response);
    }
  }

  #requireCookie() {
    if (!this.account) {
      throw new NoCookie();
    }
  }

  /** What one person has typed in this tab is not for the next. */
  #welcome(account) {
    const before = sessionStorage.getItem(WHO);
    if (before !== null && before !== account.id) {
      sessionStorage.clear();
    }
    sessionStorage.setItem(WHO, account.id);
    this.account = account;
  }

  async #adopt(response) {
    if (!response.ok) {
      throw await problemOf(response);
    }
    const view = await response.json();
    this.csrfToken = view.csrf_token ?? null;
    this.trial = view.trial;
    this.registrationOpen = view.registration_open;
    this.issuerSignIn = view.issuer_sign_in;
    this.silenceTimeout = view.silence_timeout_seconds * 1000;
    return view;
  }

  async #send(method, path, body) {
    try {
      return await fetch(new URL(path, BASE), {
        method,
        headers: body ? {'Content-Type': 'application/json'} : {},
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(TIME_LIMIT),
      });
    } catch {
      throw new Unreachable();
    }
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

export const session = new Session();
