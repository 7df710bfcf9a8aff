/** The trainings of the user: what is learned, how far it is, and what comes next. */
import {html, nothing} from 'lit';
import {repeat} from 'lit/directives/repeat.js';
import {list, patch, post, remove} from '../core/api.js';
import {formatDay, t} from '../core/texts.js';
import {EditableSection} from './editable-section.js';
import {icon} from './icons.js';
import {liveOptions} from './options.js';
import {fieldsOf} from './section.js';

const STATUSES = ['planned', 'in_progress', 'completed'];
const statusText = (status) => t(`training.${status}`);

class Trainings extends EditableSection {
  #trainings = [];

  heading() {
    return t('trainings.title');
  }

  fetch(limits) {
    return list('me/trainings', limits);
  }

  adopt(trainings) {
    this.#trainings = trainings;
  }

  content() {
    return html`
      ${this.#trainings.length === 0 ? html`<p class="hint">${t('trainings.none')}</p>` : nothing}
      <ul class="rows">
        ${repeat(this.#trainings, ({id}) => id, (training) => this.#row(training))}
      </ul>
      <form class="fields" @submit=${this.#add}>
        <label class="field-wide">${t('trainings.name')}
          <input name="title" required maxlength="200" pattern=".*\\S.*" autocomplete="off" />
        </label>
        <label>${t('trainings.skill')}
          <input name="skill" required maxlength="64" pattern=".*\\S.*" list="skill-catalogue" autocomplete="off" />
        </label>
        <label>${t('tasks.due')}<input name="due_on" type="date" /></label>
        <label class="field-wide">${t('trainings.nextStep')}
          <input name="next_step" maxlength="1000" autocomplete="off" />
        </label>
        <button>${t('action.add')}</button>
      </form>
    `;
  }

  #row(training) {
    const {id, title, skill, status, due_on: due, next_step: next} = training;
    return html`<li class="row" data-row=${id}>
      <div class="row-main">
        <span class="row-title ${status === 'completed' ? 'done' : ''}">${title}</span>
        ${this.isEditing(id)
          ? this.#editForm(training)
          : next
            ? html`<span class="row-text">${t('trainings.next', {next})}</span>`
            : nothing}
        <span class="row-facts">
          <select
            aria-label=${t('trainings.statusOf', {title})}
            @change=${({target}) => this.#patch(id, {status: target.value})}
          >${liveOptions(STATUSES, status, statusText)}</select>
          <span class="tag">${skill}</span>
          ${due ? html`<time datetime=${due}>${t('tasks.dueOn', {day: formatDay(due)})}</time>` : nothing}
        </span>
      </div>
      <div class="row-tools">
        <button class="quiet edit" aria-label=${t('trainings.editNext', {title})} @click=${() => this.edit(id)}>${icon('edit')}</button>
        <button class="quiet" aria-label=${t('action.deleteThing', {thing: title})} @click=${() => this.#delete(training)}>${icon('cross')}</button>
      </div>
    </li>`;
  }

  #editForm({id, next_step: next = ''}) {
    const field = html`<label class="field-wide">${t('trainings.nextStep')}
      <input name="next_step" maxlength="1000" autocomplete="off" .value=${next} />
    </label>`;
    return this.editForm(field, (fields) => this.#patch(id, fields));
  }

  async #add(event) {
    event.preventDefault();
    const form = event.target;
    const fields = Object.entries(fieldsOf(form)).filter(([, value]) => value !== null);
    if (await this.change((limits) => post('me/trainings', Object.fromEntries(fields), limits))) {
      form.reset();
      form.elements.title.focus();
    }
  }

  #patch(id, changes) {
    return this.change((limits) => patch(`me/trainings/${id}`, changes, limits));
  }

  async #delete({id, title}) {
    if (
      confirm(t('trainings.confirmDelete', {title})) &&
      (await this.change((limits) => remove(`me/trainings/${id}`, limits)))
    ) {
      this.focusHeading();
    }
  }
}

customElements.define('parley-trainings', Trainings);
