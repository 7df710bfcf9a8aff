/** The place in the page: `#/chat/ID`. In the fragment, so that any server path will do. */

export function place() {
  const [page = 'chat', ...rest] = location.hash.replace(/^#\/?/, '').split('/');
  return {page: page || 'chat', rest: rest.map(decodeURIComponent)};
}

export function go(...parts) {
  location.hash = '/' + parts.map(encodeURIComponent).join('/');
}

/** Changes the place without a step in the browser's history. */
export function replace(...parts) {
  history.replaceState(null, '', '#/' + parts.map(encodeURIComponent).join('/'));
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}
