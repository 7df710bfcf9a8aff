/** What the server tells by itself: the number of unread notifications. */
import {session} from './session.js';

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;

class Live extends EventTarget {
  /** @type {number | null} */
  unread = null;
  #socket = null;
  #wait = FIRST_WAIT;
  #timer = null;

  start() {
    session.addEventListener('change', () => this.#update());
    document.addEventListener('visibilitychange', () => this.#update());
    this.#update();
  }

  /** Connects while somebody is signed in and looks. */
  #update() {
    const isWanted = session.account !== null && document.visibilityState === 'visible';
    if (isWanted && !this.#socket) {
      this.#connect();
    } else if (!isWanted && this.#socket) {
      this.#close();
    }
  }

  #connect() {
    clearTimeout(this.#timer);
    const url = new URL('../api/ws', document.baseURI);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url, ['parley', `csrf.${session.csrfToken}`]);
    this.#socket = socket;
    socket.addEventListener('message', ({data}) => {
      const message = JSON.parse(data);
      this.#wait = FIRST_WAIT;
      if (message.type === 'notifications.unread') {
        this.unread = message.unread;
        this.dispatchEvent(new Event('change'));
      }
    });
    socket.addEventListener('close', () => {
      if (this.#socket === socket) {
        this.#socket = null;
        this.#timer = setTimeout(() => this.#update(), this.#wait);
        this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
      }
    });
  }

  #close() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    this.unread = null;
    socket.close();
  }
}

export const live = new Live();
