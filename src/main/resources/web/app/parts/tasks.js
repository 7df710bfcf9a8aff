/** The tasks of the user: add, edit, complete, delete, sort and filter. */
import {html, nothing} from 'lit';
import {live} from 'lit/directives/live.js';
import {repeat} from 'lit/directives/repeat.js';
import {list, patch, post, remove} from '../core/api.js';
import {formatDay, t} from '../core/texts.js';
import {icon} from './icons.js';
import {options} from './options.js';
import {fieldsOf, Section} from './section.js';

const PAGE = 50;
const PRIORITIES = ['urgent', 'high', 'normal', 'low'];
const STATUSES = ['pending', 'in_progress', 'completed'];
const FILTERS = ['open', ...STATUSES, 'all'];
const ORDERS = ['due', 'priority', 'newest'];

const byText = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
const byDue = (one, other) => byText(one.due_on ?? '9999', other.due_on ?? '9999');
const byPriority = (one, other) =>
  PRIORITIES.indexOf(one.priority) - PRIORITIES.indexOf(other.priority);
const byAge = (one, other) => byText(other.created_at, one.created_at);
const COMPARE = {
  due: (one, other) => byDue(one, other) || byPriority(one, other) || byAge(one, other),
  priority: (one, other) => byPriority(one, other) || byDue(one, other) || byAge(one, other),
  newest: byAge,
};

class Tasks extends Section {
  #tasks = [];
  #filter = 'open';
  #order = 'due';
  #words = '';
  #shown = PAGE;
  /** The task that is edited, as it was when editing began. */
  #editing = null;
  /** Tasks completed a moment ago stay where they are, so that a slip is undone with one click. */
  #justCompleted = new Set();

  heading() {
    return t('tasks.title');
  }

  fetch(limits) {
    return list('tasks', limits);
  }

  adopt(tasks) {
    this.#tasks = tasks;
  }

  content() {
    const tasks = this.#found();
    return html`
      ${this.#addForm()}
      ${this.#tasks.length > 0 ? this.#filters(tasks.length) : nothing}
      ${tasks.length > 0 ? this.#list(tasks) : html`<p class="hint">${t(this.#tasks.length > 0 ? 'tasks.noneFound' : 'tasks.none')}</p>`}
    `;
  }

  #found() {
    const words = this.#words.toLocaleLowerCase();
    return this.#tasks
      .filter((task) => this.#isInFilter(task))
      .filter(({title, description = ''}) => `${title}\n${description}`.toLocaleLowerCase().includes(words))
      .sort((one, other) => this.#isDone(one) - this.#isDone(other) || COMPARE[this.#order](one, other));
  }

  #isInFilter(task) {
    return (
      this.#filter === 'all' ||
      this.#filter === task.status ||
      (this.#filter === 'open' && !this.#isDone(task)) ||
      this.#editing?.id === task.id
    );
  }

  #isDone(task) {
    return task.status === 'completed' && !this.#justCompleted.has(task.id);
  }

  #addForm() {
    return html`<form class="fields" @submit=${this.#add}>
      <label class="field-wide">${t('tasks.new')}
        <input name="title" required maxlength="200" pattern=".*\\S.*" autocomplete="off" />
      </label>
      <label>${t('tasks.priority')}
        <select name="priority">${options(PRIORITIES, 'normal', (value) => t(`priority.${value}`))}</select>
      </label>
      <label>${t('tasks.due')}<input name="due_on" type="date" /></label>
      <button class="primary">${t('action.add')}</button>
    </form>`;
  }

  #filters(count) {
    return html`<div class="fields filters">
      <label class="field-wide">${t('tasks.search')}
        <input type="search" .value=${this.#words} @input=${({target}) => this.#look({words: target.value})} />
      </label>
      <label>${t('tasks.show')}
        <select @change=${({target}) => this.#look({filter: target.value})}>
          ${options(FILTERS, this.#filter, (value) => t(`tasks.filter.${value}`))}
        </select>
      </label>
      <label>${t('tasks.order')}
        <select @change=${({target}) => this.#look({order: target.value})}>
          ${options(ORDERS, this.#order, (value) => t(`tasks.order.${value}`))}
        </select>
      </label>
      <p class="hint count" role="status">${t('tasks.count', {count})}</p>
    </div>`;
  }

  #look({words = this.#words, filter = this.#filter, order = this.#order}) {
    this.#words = words;
    this.#filter = filter;
    this.#order = order;
    this.#shown = PAGE;
    this.#justCompleted.clear();
    this.requestUpdate();
  }

  #list(tasks) {
    return html`
      <ul class="rows" aria-label=${t('tasks.title')}>
        ${repeat(
          tasks.slice(0, this.#shown),
          (task) => task.id,
          (task) => html`<li class="row" data-id=${task.id}>
            ${this.#editing?.id === task.id ? this.#editForm(this.#editing) : this.#row(task)}
          </li>`,
        )}
      </ul>
      ${tasks.length > this.#shown
        ? html`<button class="quiet wide" @click=${this.#showMore}>${t('action.more')}</button>`
        : nothing}
    `;
  }

  #showMore() {
    this.#shown += PAGE;
    this.requestUpdate();
  }

  #row(task) {
    const {title, description, status, priority, due_on: due} = task;
    const isCompleted = status === 'completed';
    const isOverdue = !isCompleted && due !== undefined && due < today();
    return html`
      <input
        type="checkbox"
        aria-label=${t('tasks.complete', {title})}
        .checked=${live(isCompleted)}
        @change=${({target}) => this.#complete(task, target.checked)}
      />
      <div class="row-main">
        <span class="row-title ${isCompleted ? 'done' : ''}">${title}</span>
        ${description ? html`<span class="row-text">${description}</span>` : nothing}
        <span class="row-facts">
          ${priority === 'normal' ? nothing : html`<span class="tag ${priority}">${t(`priority.${priority}`)}</span>`}
          ${status === 'in_progress' ? html`<span class="tag">${t('task.in_progress')}</span>` : nothing}
          ${due ? html`<time datetime=${due} class=${isOverdue ? 'problem' : ''}>${dueText(due, isOverdue)}</time>` : nothing}
        </span>
      </div>
      <div class="row-tools">
        <button class="quiet edit" aria-label=${t('action.editThing', {thing: title})} @click=${() => this.#edit(task)}>${icon('edit')}</button>
        <button class="quiet" aria-label=${t('action.deleteThing', {thing: title})} @click=${() => this.#delete(task)}>${icon('cross')}</button>
      </div>
    `;
  }

  #editForm(task) {
    return html`<form
      class="fields row-form"
      @submit=${this.#save}
      @keydown=${(event) => event.key === 'Escape' && this.#stopEditing()}
    >
      <label class="field-wide">${t('tasks.name')}
        <input name="title" required maxlength="200" pattern=".*\\S.*" autocomplete="off" .value=${task.title} />
      </label>
      <label class="field-wide">${t('tasks.description')}
        <textarea name="description" rows="2" maxlength="4000" .value=${task.description ?? ''}></textarea>
      </label>
      <label>${t('tasks.status')}
        <select name="status">${options(STATUSES, task.status, (value) => t(`task.${value}`))}</select>
      </label>
      <label>${t('tasks.priority')}
        <select name="priority">${options(PRIORITIES, task.priority, (value) => t(`priority.${value}`))}</select>
      </label>
      <label>${t('tasks.due')}<input name="due_on" type="date" .value=${task.due_on ?? ''} /></label>
      <div class="tools">
        <button class="primary">${t('action.save')}</button>
        <button type="button" @click=${this.#stopEditing}>${t('action.cancel')}</button>
      </div>
    </form>`;
  }

  async #add(event) {
    event.preventDefault();
    const form = event.target;
    const {title, priority, due_on: due} = fieldsOf(form);
    const task = {title, priority, ...(due ? {due_on: due} : {})};
    if (await this.change((limits) => post('tasks', task, limits))) {
      form.reset();
      form.elements.title.focus();
    }
  }

  async #complete(task, isCompleted) {
    const status = isCompleted ? 'completed' : 'pending';
    if (isCompleted) {
      this.#justCompleted.add(task.id);
    }
    await this.change((limits) => patch(`tasks/${task.id}`, {status}, limits));
  }

  #edit(task) {
    this.#editing = task;
    this.focusOn('.row-form input');
  }

  #stopEditing() {
    const {id} = this.#editing;
    this.#editing = null;
    this.focusOn(`[data-id="${id}"] .edit`);
  }

  /** Sends what the person has changed; an agent may have changed the rest meanwhile. */
  async #save(event) {
    event.preventDefault();
    const task = this.#editing;
    const changes = Object.entries(fieldsOf(event.target)).filter(
      ([name, value]) => value !== (task[name] ?? null),
    );
    const isSaved =
      changes.length === 0 ||
      (await this.change((limits) => patch(`tasks/${task.id}`, Object.fromEntries(changes), limits)));
    if (isSaved && this.#editing === task) {
      this.#stopEditing();
    }
  }

  async #delete(task) {
    if (
      confirm(t('tasks.confirmDelete', {title: task.title})) &&
      (await this.change((limits) => remove(`tasks/${task.id}`, limits)))
    ) {
      this.focusHeading();
    }
  }
}

/** The day where the person is, as `2026-11-28`. */
function today() {
  const now = new Date();
  return new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

function dueText(due, isOverdue) {
  if (due === today()) {
    return t('tasks.dueToday');
  }
  return t(isOverdue ? 'tasks.overdue' : 'tasks.dueOn', {day: formatDay(due)});
}

customElements.define('parley-tasks', Tasks);
