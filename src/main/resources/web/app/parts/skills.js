/** The skills of the user, with a level from 1, a beginner, to 5, an expert. */
import {html, nothing} from 'lit';
import {repeat} from 'lit/directives/repeat.js';
import {list, put, remove} from '../core/api.js';
import {t} from '../core/texts.js';
import {icon} from './icons.js';
import {liveOptions, options} from './options.js';
import {fieldsOf, Section} from './section.js';

const LEVELS = ['1', '2', '3', '4', '5'];
const levelText = (level) => t(`skill.level.${level}`);

class Skills extends Section {
  #skills = [];
  #catalogue = [];

  heading() {
    return t('skills.title');
  }

  async fetch(limits) {
    const [skills, catalogue] = await Promise.all([list('me/skills', limits), list('skills', limits)]);
    return {skills, catalogue};
  }

  adopt({skills, catalogue}) {
    const known = new Set(skills.map(({name}) => name));
    this.#skills = skills;
    this.#catalogue = catalogue.filter(({name}) => !known.has(name));
  }

  content() {
    return html`
      ${this.#skills.length === 0 ? html`<p class="hint">${t('skills.none')}</p>` : nothing}
      <ul class="rows">
        ${repeat(this.#skills, ({name}) => name, (skill) => this.#row(skill))}
      </ul>
      <form class="fields" @submit=${this.#add}>
        <label class="field-wide">${t('skills.name')}
          <input name="name" required maxlength="64" pattern=".*\\S.*" list="skill-catalogue" autocomplete="off" />
        </label>
        <datalist id="skill-catalogue">
          ${this.#catalogue.map(({name}) => html`<option value=${name}></option>`)}
        </datalist>
        <label>${t('skills.level')}
          <select name="level">${options(LEVELS, '3', levelText)}</select>
        </label>
        <button>${t('action.add')}</button>
      </form>
    `;
  }

  #row({name, level}) {
    return html`<li class="row centred">
      <span class="row-main row-title">${name}</span>
      <select
        aria-label=${t('skills.levelOf', {name})}
        @change=${({target}) => this.#put(name, target.value)}
      >${liveOptions(LEVELS, String(level), levelText)}</select>
      <div class="row-tools">
        <button class="quiet" aria-label=${t('action.deleteThing', {thing: name})} @click=${() => this.#delete(name)}>${icon('cross')}</button>
      </div>
    </li>`;
  }

  #put(name, level) {
    return this.change((limits) =>
      put(`me/skills/${encodeURIComponent(name)}`, {level: Number(level)}, limits),
    );
  }

  async #add(event) {
    event.preventDefault();
    const form = event.target;
    const {name, level} = fieldsOf(form);
    if (await this.#put(name, level)) {
      form.reset();
      form.elements.namedItem('name').focus();
    }
  }

  async #delete(name) {
    if (
      confirm(t('skills.confirmDelete', {name})) &&
      (await this.change((limits) => remove(`me/skills/${encodeURIComponent(name)}`, limits)))
    ) {
      this.focusHeading();
    }
  }
}

customElements.define('parley-skills', Skills);
