/** Short messages at the edge of the page. */
import {html} from 'lit';
import {PageElement} from '../core/element.js';
import {explain} from '../core/failure.js';
import {t} from '../core/texts.js';

const SHOWN = 8_000;
const messages = new EventTarget();

export function say(text, {isProblem = false} = {}) {
  messages.dispatchEvent(new CustomEvent('say', {detail: {text, isProblem}}));
}

export const complain = (failure) => say(explain(failure), {isProblem: true});

class Toasts extends PageElement {
  #shown = [];

  connectedCallback() {
    super.connectedCallback();
    this.listen(messages, 'say', this.#add);
  }

  #add({detail}) {
    this.#shown = [...this.#shown.slice(-2), detail];
    this.requestUpdate();
    setTimeout(() => this.#drop(detail), SHOWN);
  }

  #drop(message) {
    this.#shown = this.#shown.filter((other) => other !== message);
    this.requestUpdate();
  }

  render() {
    return html`<div class="toasts" role="status" aria-live="polite">
      ${this.#shown.map(
        (message) => html`<div class="toast ${message.isProblem ? 'problem' : ''}">
          <span>${message.text}</span>
          <button class="quiet" aria-label=${t('action.close')} @click=${() => this.#drop(message)}>✕</button>
        </div>`,
      )}
    </div>`;
  }
}

customElements.define('parley-toasts', Toasts);
