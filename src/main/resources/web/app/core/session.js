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
    const {csrf_token: csrfToken} = await this.#adopt(await this.#send('GET', 'console/session'));
    await this.#enter(csrfToken ?? null);
  }

  async signIn(username, password) {
    const view = await this.#adopt(await this.#send('POST', 'console/session', {username, password}));
    await this.#enter(view.csrf_token);
    this.#requireCookie();
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
    const view = await this.#adopt(await this.#send('POST', 'console/session/trial'));
    await this.#enter(view.csrf_token);
    this.#requireCookie();
    return view.account;
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
    if (this.#renewal || refusedToken === this.csrfToken) {
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

  /**
   * The token and the person change together: no request of one is sent as another. What is open in
   * a page belongs to the person who opened it, so the page begins anew for another.
   */
  async #enter(csrfToken) {
    const account = csrfToken ? await this.#identify(csrfToken) : null;
    const isSomebodyElse = account && this.account && account.id !== this.account.id;
    if (account) {
      welcome(account);
    }
    this.csrfToken = account ? csrfToken : null;
    this.account = account;
    this.#changed();
    if (isSomebodyElse) {
      location.reload();
    }
  }

  async #identify(csrfToken) {
    const response = await fetch(new URL('api/auth/me', BASE), {
      headers: {'X-CSRF-Token': csrfToken},
      signal: AbortSignal.timeout(TIME_LIMIT),
    });
    if (response.status === 401 || response.status === 403) {
      return null;
    }
    if (!response.ok) {
      throw await problemOf(response);
    }
    return response.json();
  }

  #requireCookie() {
    if (!this.account) {
      throw new NoCookie();
    }
  }

  async #adopt(response) {
    if (!response.ok) {
      throw await problemOf(response);
    }
    const view = await response.json();
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

/** What one person has typed in this tab is not for the next. */
function welcome(account) {
  const before = sessionStorage.getItem(WHO);
  if (before !== null && before !== account.id) {
    sessionStorage.clear();
  }
  sessionStorage.setItem(WHO, account.id);
}

export const session = new Session();
