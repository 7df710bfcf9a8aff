/** What the agents remember of the user. */
import {html} from 'lit';
import {repeat} from 'lit/directives/repeat.js';
import {list, put, remove} from '../core/api.js';
import {t} from '../core/texts.js';
import {EditableSection} from './editable-section.js';
import {icon} from './icons.js';
import {fieldsOf} from './section.js';

class Preferences extends EditableSection {
  #preferences = [];

  heading() {
    return t('preferences.title');
  }

  fetch(limits) {
    return list('me/preferences', limits);
  }

  adopt(preferences) {
    this.#preferences = preferences;
  }

  content() {
    return html`
      <p class="hint">${t(this.#preferences.length > 0 ? 'preferences.text' : 'preferences.none')}</p>
      <ul class="rows">
        ${repeat(
          this.#preferences,
          ({key}) => key,
          (preference) => html`<li class="row" data-row=${preference.key}>
            ${this.isEditing(preference.key) ? this.#editForm(preference) : this.#row(preference)}
          </li>`,
        )}
      </ul>
      <form class="fields" @submit=${this.#add}>
        <label>${t('preferences.key')}
          <input
            name="key"
            required
            maxlength="64"
            pattern="[a-z0-9][a-z0-9._\\-]*"
            title=${t('preferences.keyRule')}
            placeholder=${t('preferences.keyExample')}
            autocapitalize="none"
            autocomplete="off"
          />
        </label>
        <label class="field-wide">${t('preferences.value')}
          <input name="value" required maxlength="500" pattern=".*\\S.*" autocomplete="off" />
        </label>
        <button>${t('action.add')}</button>
      </form>
    `;
  }

  #row({key, value}) {
    return html`
      <div class="row-main">
        <span class="row-title">${key}</span>
        <span class="row-text">${value}</span>
      </div>
      <div class="row-tools">
        <button class="quiet edit" aria-label=${t('action.editThing', {thing: key})} @click=${() => this.edit(key)}>${icon('edit')}</button>
        <button class="quiet" aria-label=${t('action.deleteThing', {thing: key})} @click=${() => this.#delete(key)}>${icon('cross')}</button>
      </div>
    `;
  }

  #editForm({key, value}) {
    const field = html`<label class="field-wide">${key}
      <input name="value" required maxlength="500" pattern=".*\\S.*" autocomplete="off" .value=${value} />
    </label>`;
    return this.editForm(field, (fields) => this.#put(key, fields.value));
  }

  async #add(event) {
    event.preventDefault();
    const form = event.target;
    const {key, value} = fieldsOf(form);
    const known = this.#preferences.find((preference) => preference.key === key);
    if (known && !confirm(t('preferences.confirmReplace', known))) {
      return;
    }
    if (await this.#put(key, value)) {
      form.reset();
      form.elements.key.focus();
    }
  }

  #put(key, value) {
    return this.change((limits) => put(`me/preferences/${encodeURIComponent(key)}`, {value}, limits));
  }

  async #delete(key) {
    if (
      confirm(t('preferences.confirmDelete', {key})) &&
      (await this.change((limits) => remove(`me/preferences/${encodeURIComponent(key)}`, limits)))
    ) {
      this.focusHeading();
    }
  }
}

customElements.define('parley-preferences', Preferences);
