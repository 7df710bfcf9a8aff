/** The options of a `<select>`. */
import {html} from 'lit';
import {live} from 'lit/directives/live.js';

/** Options of a form, where the person's choice stays until the form is sent. */
export const options = (values, initial, label) =>
  values.map((value) => html`<option value=${value} ?selected=${value === initial}>${label(value)}</option>`);

/** Options that always show a value, also where a change of it has failed. */
export const liveOptions = (values, current, label) =>
  values.map((value) => html`<option value=${value} .selected=${live(value === current)}>${label(value)}</option>`);
