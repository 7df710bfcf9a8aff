/** Requests to the API of Parley, as any client makes them. */
import {problemOf, Unreachable} from './problem.js';
import {session} from './session.js';

/** No request waits for ever: a server that is silent is as good as away. Streams bring a signal. */
const TIME_LIMIT = 20_000;

const API = new URL('../api/', document.baseURI);

/**
 * Sends a request and returns the response.
 *
 * @throws {import('./problem.js').Problem} if the server answers with a problem
 * @throws {Unreachable} if there is no answer
 */
export async function request(method, path, options = {}) {
  const {csrfToken, account} = session;
  let response = await send(method, path, options);
  const isRefused = response.status === 401 && (await session.renew(csrfToken));
  if (isRefused && session.account?.id === account?.id) {
    response = await send(method, path, options);
  }
  if (!response.ok) {
    throw await problemOf(response);
  }
  return response;
}

async function send(method, path, {body, headers = {}, signal}) {
  try {
    return await fetch(new URL(path, API), {
      method,
      signal: signal ?? AbortSignal.timeout(TIME_LIMIT),
      cache: 'no-store',
      headers: {
        'X-CSRF-Token': session.csrfToken ?? '',
        ...(body === undefined ? {} : {'Content-Type': 'application/json'}),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (failure) {
    if (signal?.aborted) {
      throw failure;
    }
    throw new Unreachable();
  }
}

async function json(method, path, options) {
  const response = await request(method, path, options);
  return response.status === 204 ? null : response.json();
}

export const get = (path, options) => json('GET', path, options);
export const post = (path, body = {}, options = {}) => json('POST', path, {...options, body});
export const put = (path, body = {}, options = {}) => json('PUT', path, {...options, body});
export const patch = (path, body, options = {}) => json('PATCH', path, {...options, body});
export const remove = (path, options) => json('DELETE', path, options);

/** All items of a paged list, up to a bound. */
export async function list(path, {limit = 1000, ...options} = {}) {
  const items = [];
  let cursor = null;
  do {
    const separator = path.includes('?') ? '&' : '?';
    const next = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const page = await get(`${path}${separator}limit=100${next}`, options);
    items.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor && items.length < limit);
  return items;
}
