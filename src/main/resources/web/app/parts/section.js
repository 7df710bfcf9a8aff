/** A card of a page that reads its content from the server, and changes it there. */
import {html, nothing} from 'lit';
import {PageElement} from '../core/element.js';
import {explain} from '../core/failure.js';
import {t} from '../core/texts.js';
import {complain} from './toast.js';

/** In milliseconds. A request ends, also where the server is silent. */
const LONGEST_REQUEST = 20_000;

export const inTime = () => ({signal: AbortSignal.timeout(LONGEST_REQUEST)});

/** A subclass has `heading()`, `fetch(options)`, `adopt(data)` and `content()`. */
export class Section extends PageElement {
  #failure = null;
  #isRead = false;
  #reading = 0;

  connectedCallback() {
    super.connectedCallback();
    this.classList.add('section');
    this.read();
  }

  /** Reads the content. A failure leaves what was there. */
  async read() {
    const reading = ++this.#reading;
    try {
      const data = await this.fetch(inTime());
      if (reading !== this.#reading) {
        return; // A later reading knows more
      }
      this.adopt(data);
      this.#isRead = true;
      this.#failure = null;
    } catch (failure) {
      if (reading === this.#reading) {
        this.#failure = failure;
      }
    }
    this.requestUpdate();
  }

  /** Changes something, then reads again. Returns whether it was changed. */
  async change(action) {
    let isChanged = false;
    try {
      await action(inTime());
      isChanged = true;
      this.dispatchEvent(new Event('changed', {bubbles: true}));
    } catch (failure) {
      complain(failure);
    }
    await this.read();
    return isChanged;
  }

  render() {
    const id = `${this.localName}-heading`;
    return html`<section class="card" aria-labelledby=${id}>
      <h2 id=${id} tabindex="-1">${this.heading()}</h2>
      ${this.#failure
        ? html`<div class="notice problem" role="alert">
            <p>${explain(this.#failure)}</p>
            <button @click=${() => this.read()}>${t('action.retry')}</button>
          </div>`
        : nothing}
      ${this.#isRead ? this.content() : this.#failure ? nothing : html`<p class="hint">${t('app.loading')}</p>`}
    </section>`;
  }

  /** Where the element with the focus is gone, the keyboard goes on from the heading. */
  focusHeading() {
    this.querySelector('h2').focus();
  }

  /** Moves the focus once the content is rendered. */
  async focusOn(selector) {
    this.requestUpdate();
    await this.updateComplete;
    const element = this.querySelector(selector);
    element?.focus();
    element?.select?.();
  }
}

/** The fields of a form; texts without the space around them, and null where one is empty. */
export function fieldsOf(form) {
  const entries = [...new FormData(form)].map(([name, value]) => [name, value.trim() || null]);
  return Object.fromEntries(entries);
}
