/** A section that reads its content again and again while somebody looks at it. */
import {Section} from './section.js';

/** In milliseconds. */
const REFRESH = 10_000;

export class LiveSection extends Section {
  #readings = 0;

  connectedCallback() {
    super.connectedCallback();
    this.every(REFRESH, this.#readIfSeen);
    this.listen(document, 'visibilitychange', this.#readIfSeen);
    this.listen(window, 'online', this.#readIfSeen);
  }

  async read() {
    this.#readings++;
    try {
      await super.read();
    } finally {
      this.#readings--;
    }
  }

  /** A server that is slow is not asked again before it has answered. */
  #readIfSeen() {
    if (document.visibilityState === 'visible' && this.#readings === 0) {
      this.read();
    }
  }
}
