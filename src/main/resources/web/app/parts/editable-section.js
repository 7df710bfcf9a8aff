/** A section of rows, of which one at a time is edited in its place. */
import {html} from 'lit';
import {t} from '../core/texts.js';
import {fieldsOf, Section} from './section.js';

/** A row has `data-row`, and a button `.edit`. */
export class EditableSection extends Section {
  #editing = null;

  isEditing(row) {
    return this.#editing === row;
  }

  edit(row) {
    this.#editing = row;
    this.focusOn('.row-form input');
  }

  /** @param save changes the row by the fields of the form, and returns whether that was done */
  editForm(fields, save) {
    return html`<form
      class="fields row-form"
      @submit=${(event) => this.#save(event, save)}
      @keydown=${(event) => event.key === 'Escape' && this.#stopEditing()}
    >
      ${fields}
      <div class="tools">
        <button class="primary">${t('action.save')}</button>
        <button type="button" @click=${this.#stopEditing}>${t('action.cancel')}</button>
      </div>
    </form>`;
  }

  async #save(event, save) {
    event.preventDefault();
    if (await save(fieldsOf(event.target))) {
      this.#stopEditing();
    }
  }

  #stopEditing() {
    const row = this.#editing;
    this.#editing = null;
    this.focusOn(`[data-row="${row}"] .edit`);
  }
}
