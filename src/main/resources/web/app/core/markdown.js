/**
 * Renders the Markdown of agents. What they write may come from strangers (a tool's result, a
 * shared page), so nothing of it can run, load anything, or pretend to be a part of the console.
 */
import DOMPurify from 'dompurify';
import {Marked} from 'marked';

const marked = new Marked({gfm: true, breaks: true});
marked.use({
  renderer: {
    // A picture would tell its server that, and what, somebody reads
    image: ({href, text}) => `<a href="${escape(href)}">${escape(text || href)}</a>`,
    checkbox: ({checked}) => (checked ? '☑ ' : '☐ '),
    html: ({text}) => escape(text),
  },
});

DOMPurify.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName === 'A') {
    node.setAttribute('rel', 'noopener noreferrer nofollow');
    node.setAttribute('target', '_blank');
  }
});

const ALLOWED = {
  ALLOWED_TAGS: [
    'a', 'p', 'br', 'hr', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li',
    'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'thead', 'tbody', 'tr', 'th', 'td',
  ],
  ALLOWED_ATTR: ['href', 'align', 'start', 'rel', 'target'],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  RETURN_TRUSTED_TYPE: true,
};

function escape(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** @returns {TrustedHTML | string} */
export function renderMarkdown(text) {
  return DOMPurify.sanitize(marked.parse(text), ALLOWED);
}
