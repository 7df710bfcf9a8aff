/** The open approvals of the user, for the badge and the inbox. */
import {list} from './api.js';
import {session} from './session.js';

const INTERVAL = 30_000;

class Inbox extends EventTarget {
  approvals = [];
  #isReading = false;

  get count() {
    return this.approvals.length;
  }

  start() {
    session.addEventListener('change', () => this.read());
    document.addEventListener('visibilitychange', () => this.read());
    setInterval(() => this.read(), INTERVAL);
    this.read();
  }

  /** Reads the open approvals; a failure leaves the last ones, and the next reading comes. */
  async read() {
    if (!session.account) {
      this.approvals = [];
      return;
    }
    if (this.#isReading || document.visibilityState !== 'visible') {
      return;
    }
    this.#isReading = true;
    try {
      const {account} = session;
      const approvals = await list('approvals');
      this.approvals = account === session.account ? approvals : [];
      this.dispatchEvent(new Event('change'));
    } catch {
      // The page that shows them reads them itself and says so
    } finally {
      this.#isReading = false;
    }
  }
}

export const inbox = new Inbox();
