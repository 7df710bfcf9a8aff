/** A button that can be pressed when a time is over, and says until then how long that takes. */
import {html} from 'lit';
import {PageElement} from '../core/element.js';
import {t} from '../core/texts.js';

class Countdown extends PageElement {
  static properties = {until: {attribute: false}, label: {attribute: false}};

  #until = null;

  connectedCallback() {
    super.connectedCallback();
    this.every(1_000, () => this.#until && this.requestUpdate());
  }

  willUpdate() {
    // The first time that was named counts: it is not named again with each rendering
    this.#until ??= this.until;
  }

  render() {
    const seconds = this.#until ? Math.ceil((this.#until - Date.now()) / 1000) : 0;
    return html`<button class="primary" ?disabled=${seconds > 0} @click=${this.#go}>
      ${seconds > 0 ? t('action.in', {action: this.label, seconds}) : this.label}
    </button>`;
  }

  #go() {
    this.#until = null;
    this.dispatchEvent(new Event('go'));
  }
}

customElements.define('parley-countdown', Countdown);
