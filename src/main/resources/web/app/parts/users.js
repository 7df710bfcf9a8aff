/** The users: find one, and look after the account. */
import {html, nothing} from 'lit';
import {repeat} from 'lit/directives/repeat.js';
import {get} from '../core/api.js';
import {session} from '../core/session.js';
import {formatMoment, t} from '../core/texts.js';
import {fieldsOf, inTime, Section} from './section.js';
import {complain} from './toast.js';
import './user-panel.js';

const PAGE = 20;

class Users extends Section {
  #users = [];
  #cursor = null;
  #username = null;
  #isReadingMore = false;
  /** The id of the user whose panel is open. */
  #open = null;

  connectedCallback() {
    super.connectedCallback();
    this.listen(this, 'updated', this.#replace);
    this.listen(this, 'erased', this.#drop);
  }

  heading() {
    return t('users.title');
  }

  fetch(limits) {
    return get(this.#path(), limits);
  }

  adopt({data, next_cursor: cursor}) {
    this.#users = data;
    this.#cursor = cursor;
  }

  #path() {
    const name = this.#username ? `&username=${encodeURIComponent(this.#username)}` : '';
    return `admin/users?limit=${PAGE}${name}`;
  }

  content() {
    return html`
      <form class="fields" role="search" @submit=${this.#find}>
        <label class="field-wide">${t('users.find')}
          <input name="username" type="search" maxlength="254" autocomplete="off" autocapitalize="none" spellcheck="false" />
        </label>
        <button>${t('users.findAction')}</button>
        ${this.#username
          ? html`<button type="button" @click=${this.#showAll}>${t('users.all')}</button>`
          : nothing}
      </form>
      ${this.#users.length > 0
        ? html`<ul class="rows user-rows" aria-label=${t('users.title')}>
            ${repeat(this.#users, ({id}) => id, (user) => this.#row(user))}
          </ul>`
        : html`<p class="hint" role="status">${t('users.noneFound', {username: this.#username ?? ''})}</p>`}
      ${this.#cursor
        ? html`<button class="quiet wide" ?disabled=${this.#isReadingMore} @click=${this.#readMore}>${t('action.more')}</button>`
        : nothing}
    `;
  }

  #row(user) {
    const {id, username, email, roles, disabled, created_at: since} = user;
    const isOpen = this.#open === id;
    return html`<li class="row" data-id=${id}>
      <div class="row-main">
        <span class="row-title">${username}</span>
        <span class="row-facts">
          ${email ? html`<span>${email}</span>` : nothing}
          <span>${t('account.since', {time: formatMoment(since)})}</span>
          ${roles.includes('admin') ? html`<span class="tag">${t('account.admin')}</span>` : nothing}
          ${disabled ? html`<span class="tag denied">${t('users.disabled')}</span>` : nothing}
          ${id === session.account?.id ? html`<span class="tag">${t('users.you')}</span>` : nothing}
        </span>
      </div>
      <div class="row-tools">
        <button
          class="quiet"
          aria-expanded=${isOpen}
          aria-label=${t('users.manageUser', {username})}
          @click=${() => this.#toggle(id)}
        >${t('users.manage')}</button>
      </div>
      ${isOpen ? html`<parley-user-panel .user=${user}></parley-user-panel>` : nothing}
    </li>`;
  }

  #toggle(id) {
    this.#open = this.#open === id ? null : id;
    this.requestUpdate();
  }

  #find(event) {
    event.preventDefault();
    this.#look(fieldsOf(event.target).username);
  }

  #showAll() {
    this.querySelector('form[role=search]').reset();
    this.#look(null);
    this.querySelector('form[role=search] input').focus();
  }

  async #look(username) {
    this.#username = username;
    this.#open = null;
    await this.read();
    if (username && this.#users.length === 1) {
      this.#open = this.#users[0].id;
      this.requestUpdate();
    }
  }

  async #readMore() {
    const path = this.#path();
    this.#isReadingMore = true;
    this.requestUpdate();
    try {
      const page = await get(`${path}&cursor=${encodeURIComponent(this.#cursor)}`, inTime());
      if (path === this.#path()) {
        const known = new Set(this.#users.map(({id}) => id));
        this.#users = [...this.#users, ...page.data.filter(({id}) => !known.has(id))];
        this.#cursor = page.next_cursor;
      }
    } catch (failure) {
      complain(failure);
    }
    this.#isReadingMore = false;
    this.requestUpdate();
  }

  #replace({detail}) {
    this.#users = this.#users.map((user) => (user.id === detail.id ? detail : user));
    this.requestUpdate();
  }

  #drop({detail}) {
    this.#users = this.#users.filter(({id}) => id !== detail.id);
    this.#open = null;
    this.requestUpdate();
    this.focusHeading();
  }
}

customElements.define('parley-users', Users);
