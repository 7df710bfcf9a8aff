/** The notifications of the user, the unread ones first. */
import {html, nothing} from 'lit';
import {repeat} from 'lit/directives/repeat.js';
import {get, list, post} from '../core/api.js';
import {live} from '../core/live.js';
import {go} from '../core/router.js';
import {formatTime, t} from '../core/texts.js';
import {icon} from './icons.js';
import {openConversation} from './open-conversation.js';
import {inTime, Section} from './section.js';
import {complain} from './toast.js';

const PAGE = 10;

class Notifications extends Section {
  #unread = [];
  #read = [];
  #cursor = null;

  connectedCallback() {
    super.connectedCallback();
    this.listen(live, 'change', this.read);
  }

  heading() {
    return t('notifications.title');
  }

  fetch(limits) {
    return Promise.all([
      list('notifications?unread=true', {...limits, limit: 200}),
      get(`notifications?unread=false&limit=${PAGE}`, limits),
    ]);
  }

  adopt([unread, page]) {
    this.#unread = unread;
    this.#read = page.data;
    this.#cursor = page.next_cursor;
  }

  content() {
    if (this.#unread.length + this.#read.length === 0) {
      return html`<p class="hint">${t('notifications.none')}</p>`;
    }
    return html`
      ${this.#unread.length > 0
        ? html`<button class="link" @click=${this.#readAll}>${t('notifications.readAll')}</button>`
        : html`<p class="hint">${t('notifications.allRead')}</p>`}
      <ul class="rows">
        ${repeat([...this.#unread, ...this.#read], (item) => item.id, (item) => this.#item(item))}
      </ul>
      ${this.#cursor
        ? html`<button class="quiet wide" @click=${this.#readMore}>${t('action.more')}</button>`
        : nothing}
    `;
  }

  #item(item) {
    return html`<li class="row notification ${item.read ? '' : 'unread'}">
      <div class="row-main">
        <span class="row-title">
          ${item.read ? nothing : html`<span class="unseen">${t('notifications.unread')}</span>`}
          ${item.title}
        </span>
        ${item.body ? html`<span class="row-text">${item.body}</span>` : nothing}
        <span class="row-facts">
          <time datetime=${item.created_at}>${formatTime(item.created_at)}</time>
          ${item.kind === 'approval_needed' && !item.read
            ? html`<button class="link" @click=${() => go('approvals')}>${t('notifications.decide')}</button>`
            : nothing}
          ${item.turn_id
            ? html`<button class="link" @click=${() => this.#open(item)}>${t('action.openConversation')}</button>`
            : nothing}
        </span>
      </div>
      ${item.read
        ? nothing
        : html`<div class="row-tools">
            <button
              class="quiet"
              aria-label=${t('notifications.markRead', {title: item.title})}
              @click=${() => this.#markRead(item)}
            >${icon('check')}</button>
          </div>`}
    </li>`;
  }

  async #open(item) {
    if ((await openConversation(item.turn_id)) && !item.read) {
      post(`notifications/${item.id}/read`).catch(complain);
    }
  }

  async #markRead(item) {
    await this.change((limits) => post(`notifications/${item.id}/read`, {}, limits));
    this.focusHeading();
  }

  async #readAll() {
    await this.change((limits) => post('notifications/read-all', {}, limits));
    this.focusHeading();
  }

  async #readMore() {
    try {
      const cursor = encodeURIComponent(this.#cursor);
      const page = await get(`notifications?unread=false&limit=${PAGE}&cursor=${cursor}`, inTime());
      this.#read = [...this.#read, ...page.data];
      this.#cursor = page.next_cursor;
      this.requestUpdate();
    } catch (failure) {
      complain(failure);
    }
  }
}

customElements.define('parley-notifications', Notifications);
