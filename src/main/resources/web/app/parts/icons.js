/** The icons, drawn in the colour of the text. */
import {html, svg} from 'lit';

const SHAPES = {
  approvals: svg`<path d="M9 12l2 2 4-4"/><path d="M12 3l7 3v5c0 4.500-3 8.200-7 10-4-1.800-7-5.500-7-10V6z"/>`,
  check: svg`<path d="M5 12l5 5L20 7"/>`,
  chat: svg`<path d="M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z"/>`,
  cross: svg`<path d="M6 6l12 12M18 6L6 18"/>`,
  dashboard: svg`<path d="M4 6l1.500 1.500L8 5M4 12l1.500 1.500L8 11M4 18l1.500 1.500L8 17"/><path d="M12 6h8M12 12h8M12 18h8"/>`,
  down: svg`<path d="M17 4v10M17 14h3a1 1 0 0 0 1-1V5a1 1 0 0 0-1-1h-3l-3-1H8a2 2 0 0 0-2 1.600L4.500 11A2 2 0 0 0 6.500 14H11v5a2 2 0 0 0 2 2l4-7"/>`,
  edit: svg`<path d="M4 20l1-4L16 5l3 3L8 19z"/>`,
  list: svg`<path d="M4 6h16M4 12h16M4 18h16"/>`,
  more: svg`<circle cx="5" cy="12" r="1"/><circle cx="12" cy="12" r="1"/><circle cx="19" cy="12" r="1"/>`,
  operator: svg`<path d="M3 12h4l3 8 4-16 3 8h4"/>`,
  out: svg`<path d="M10 4H5a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h5M15 8l4 4-4 4M9 12h10"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  profile: svg`<circle cx="12" cy="8" r="4"/><path d="M4 21c1-4.500 4-6 8-6s7 1.500 8 6"/>`,
  up: svg`<path d="M7 20V10M7 10H4a1 1 0 0 0-1 1v8a1 1 0 0 0 1 1h3l3 1h6a2 2 0 0 0 2-1.600l1.500-6.400a2 2 0 0 0-2-3H13V5a2 2 0 0 0-2-2z"/>`,
};

/** Decoration: the text beside it, or the label of its button, says what it means. */
export const icon = (name) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${SHAPES[name]}</svg>`;
