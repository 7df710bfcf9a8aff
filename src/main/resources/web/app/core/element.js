import {LitElement} from 'lit';

/**
 * An element whose content is part of the page's own tree, so that one style sheet, the browser's
 * search and assistive technology see it all.
 */
export class PageElement extends LitElement {
  createRenderRoot() {
    return this;
  }

  #cleanups = [];

  renderAgain() {
    this.requestUpdate();
  }

  /** Listens while the element is in the page. */
  listen(target, type, listener) {
    const bound = listener.bind(this);
    target.addEventListener(type, bound);
    this.#cleanups.push(() => target.removeEventListener(type, bound));
  }

  /** Repeats an action while the element is in the page. */
  every(milliseconds, action) {
    const timer = setInterval(action.bind(this), milliseconds);
    this.#cleanups.push(() => clearInterval(timer));
  }

  /** Runs an action when the element leaves the page. */
  atEnd(action) {
    this.#cleanups.push(action);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#cleanups.splice(0).forEach((cleanup) => cleanup());
  }
}
