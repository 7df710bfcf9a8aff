/** The conversations of the user: search, open, rename, pin, export, delete. */
import {html, nothing} from 'lit';
import {get, list, patch, remove, request} from '../core/api.js';
import {PageElement} from '../core/element.js';
import {explain} from '../core/failure.js';
import {go} from '../core/router.js';
import {formatMoment, formatTime, t} from '../core/texts.js';
import {complain} from './toast.js';
import {icon} from './icons.js';
import {download} from './download.js';

const PAUSE_BEFORE_SEARCH = 250;

class Conversations extends PageElement {
  static properties = {selected: {attribute: false}};

  #pinned = [];
  #others = [];
  #cursor = null;
  #hits = null;
  #query = '';
  #failure = null;
  #renaming = null;
  #open = null;
  #timer = null;
  #reading = 0;

  constructor() {
    super();
    this.selected = null;
  }

  connectedCallback() {
    super.connectedCallback();
    const tabs = new BroadcastChannel('parley');
    this.listen(tabs, 'message', () => this.read());
    this.atEnd(() => tabs.close());
    this.listen(document, 'visibilitychange', this.read);
    this.listen(document, 'click', this.#closeMenu);
    this.listen(this, 'keydown', this.#leaveMenu);
    this.read();
  }

  /** A hidden page reads when it is looked at. */
  async read() {
    if (document.visibilityState !== 'visible') {
      return;
    }
    const reading = ++this.#reading;
    try {
      const [pinned, page] = await Promise.all([
        list('conversations?pinned=true'),
        get('conversations?limit=50&pinned=false'),
      ]);
      if (reading !== this.#reading) {
        return; // A later reading knows more
      }
      this.#pinned = pinned;
      this.#others = page.data;
      this.#cursor = page.next_cursor;
      this.#failure = null;
    } catch (failure) {
      this.#failure = failure;
    }
    this.requestUpdate();
  }

  async #readMore() {
    try {
      const page = await get(
        `conversations?limit=50&pinned=false&cursor=${encodeURIComponent(this.#cursor)}`,
      );
      this.#others = [...this.#others, ...page.data];
      this.#cursor = page.next_cursor;
    } catch (failure) {
      complain(failure);
    }
    this.requestUpdate();
  }

  render() {
    return html`
      <button class="primary wide" @click=${() => go('chat')}>${icon('plus')} ${t('chat.new')}</button>
      <input
        type="search"
        maxlength="200"
        placeholder=${t('chat.search')}
        aria-label=${t('chat.search')}
        @input=${this.#typed}
      />
      ${this.#failure
        ? html`<p class="problem" role="alert">${explain(this.#failure)}
            <button class="link" @click=${this.read}>${t('action.retry')}</button></p>`
        : nothing}
      ${this.#hits ? this.#found() : this.#listed()}
    `;
  }

  #found() {
    if (this.#hits.length === 0) {
      return html`<p class="hint" role="status">${t('chat.nothingFound')}</p>`;
    }
    return html`<ul class="conversations" aria-label=${t('chat.found')}>
      ${this.#hits.map(
        (hit) => html`<li>
          <a class="conversation" href="#/chat/${hit.conversation_id}">
            <span class="conversation-title">${hit.content.slice(0, 120)}</span>
            <time datetime=${hit.created_at}>${formatTime(hit.created_at)}</time>
          </a>
        </li>`,
      )}
    </ul>`;
  }

  #listed() {
    if (this.#pinned.length + this.#others.length === 0) {
      return this.#failure ? nothing : html`<p class="hint">${t('chat.none')}</p>`;
    }
    return html`
      ${this.#pinned.length > 0
        ? html`<h2 class="group">${t('chat.pinned')}</h2>
            <ul class="conversations">${this.#pinned.map((item) => this.#item(item))}</ul>
            <h2 class="group">${t('chat.others')}</h2>`
        : nothing}
      <ul class="conversations">${this.#others.map((item) => this.#item(item))}</ul>
      ${this.#cursor
        ? html`<button class="quiet wide" @click=${this.#readMore}>${t('action.more')}</button>`
        : nothing}
    `;
  }

  #item(item) {
    if (this.#renaming === item.id) {
      return html`<li>
        <form class="rename" @submit=${(event) => this.#rename(event, item)}>
          <input
            name="title"
            maxlength="200"
            required
            .value=${item.title}
            aria-label=${t('chat.title')}
            @keydown=${(event) => event.key === 'Escape' && this.#stopRenaming()}
          />
          <button class="quiet" aria-label=${t('action.save')}>✓</button>
        </form>
      </li>`;
    }
    const isOpen = this.#open === item.id;
    return html`<li class="has-menu">
      <a
        class="conversation"
        href="#/chat/${item.id}"
        aria-current=${item.id === this.selected ? 'true' : nothing}
      >
        <span class="conversation-title">${item.title}</span>
        <time datetime=${item.updated_at}>${formatTime(item.updated_at)}</time>
      </a>
      <button
        class="quiet menu-button"
        aria-label=${t('chat.menu', {title: item.title})}
        aria-expanded=${isOpen}
        @click=${(event) => this.#toggleMenu(event, item)}
      >${icon('more')}</button>
      ${isOpen
        ? html`<div class="menu">
            <button @click=${() => this.#startRenaming(item)}>${t('action.rename')}</button>
            <button @click=${() => this.#pin(item)}>${t(item.pinned_at ? 'action.unpin' : 'action.pin')}</button>
            <button @click=${() => this.#export(item)}>${t('action.export')}</button>
            <button class="danger" @click=${() => this.#delete(item)}>${t('action.delete')}</button>
          </div>`
        : nothing}
    </li>`;
  }

  #toggleMenu(event, item) {
    event.stopPropagation();
    this.#open = this.#open === item.id ? null : item.id;
    this.requestUpdate();
  }

  #closeMenu() {
    if (this.#open) {
      this.#open = null;
      this.requestUpdate();
    }
  }

  #leaveMenu({key}) {
    if (key === 'Escape' && this.#open) {
      this.querySelector('.menu-button[aria-expanded="true"]')?.focus();
      this.#closeMenu();
    }
  }

  async #startRenaming(item) {
    this.#renaming = item.id;
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector('.rename input').select();
  }

  #stopRenaming() {
    this.#renaming = null;
    this.requestUpdate();
  }

  #rename(event, item) {
    event.preventDefault();
    const {title} = Object.fromEntries(new FormData(event.target));
    this.#stopRenaming();
    return this.#change(() =>
      patch(`conversations/${item.id}`, {title}, {headers: {'If-Match': `"${item.version}"`}}),
    );
  }

  #pin(item) {
    return this.#change(() =>
      request(item.pinned_at ? 'DELETE' : 'PUT', `conversations/${item.id}/pin`),
    );
  }

  #delete(item) {
    if (!confirm(t('chat.confirmDelete', {title: item.title}))) {
      return undefined;
    }
    return this.#change(async () => {
      await remove(`conversations/${item.id}`);
      if (item.id === this.selected) {
        go('chat');
      }
    });
  }

  /** The whole conversation as Markdown. */
  async #export(item) {
    try {
      const messages = await list(`conversations/${item.id}/messages?order=asc`, {limit: 100_000});
      const parts = messages.map(
        ({role, content, created_at: at}) => `## ${t(`role.${role}`)}, ${formatMoment(at)}\n\n${content}\n`,
      );
      download(`${item.title}.md`, 'text/markdown', `# ${item.title}\n\n${parts.join('\n')}`);
    } catch (failure) {
      complain(failure);
    }
  }

  async #change(action) {
    try {
      await action();
    } catch (failure) {
      complain(failure);
    }
    await this.read();
  }

  #typed({target}) {
    clearTimeout(this.#timer);
    this.#query = target.value.trim();
    this.#timer = setTimeout(() => this.#search(), PAUSE_BEFORE_SEARCH);
  }

  async #search() {
    const query = this.#query;
    if (!query) {
      this.#hits = null;
      this.requestUpdate();
      return;
    }
    try {
      const page = await get(`messages?limit=30&q=${encodeURIComponent(query)}`);
      if (query === this.#query) {
        this.#hits = page.data;
      }
    } catch (failure) {
      complain(failure);
    }
    this.requestUpdate();
  }
}

customElements.define('parley-conversations', Conversations);
