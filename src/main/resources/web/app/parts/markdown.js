/** Markdown of an agent, with a button to copy each piece of code. */
import {PageElement} from '../core/element.js';
import {renderMarkdown} from '../core/markdown.js';
import {t} from '../core/texts.js';

class MarkdownText extends PageElement {
  static properties = {text: {attribute: false}};

  #shown = null;

  constructor() {
    super();
    this.text = '';
    this.classList.add('markdown');
  }

  render() {
    return null;
  }

  createRenderRoot() {
    return document.createDocumentFragment(); // The content is not Lit's
  }

  updated() {
    if (this.#shown !== this.text) {
      this.#shown = this.text;
      this.innerHTML = renderMarkdown(this.text);
      this.querySelectorAll('pre').forEach(addCopyButton);
    }
  }
}

function addCopyButton(block) {
  const frame = document.createElement('div');
  frame.className = 'code';
  block.tabIndex = 0; // It scrolls, also by the keyboard
  block.replaceWith(frame);
  const button = document.createElement('button');
  button.className = 'quiet copy';
  button.textContent = t('action.copy');
  button.addEventListener('click', () => copy(button, block.textContent));
  frame.append(block, button);
}

export async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = t('action.copied');
  } catch {
    button.textContent = t('action.notCopied');
  }
  setTimeout(() => (button.textContent = t('action.copy')), 2_000);
}

customElements.define('parley-markdown', MarkdownText);
