/** The place in the page: `#/chat/ID`. In the fragment, so that any server path will do. */

const ID = /^[0-9a-f-]{36}$/;

export function place() {
  const [page = 'chat', ...rest] = location.hash.replace(/^#\/?/, '').split('/');
  return {page: page || 'chat', rest};
}

export function go(...parts) {
  location.hash = '/' + parts.join('/');
}

/** An id in the address, which may come from anybody, or null. */
export const idOf = (part) => (part !== undefined && ID.test(part) ? part : null);

/** Changes the place without a step in the browser's history. */
export function replace(...parts) {
  history.replaceState(null, '', '#/' + parts.join('/'));
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}
