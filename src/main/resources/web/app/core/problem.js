/** What can go wrong with a request. */

/** The server answered with a problem (RFC 9457). */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? 'internal_error';
    this.errors = body.errors ?? [];
    this.turnId = body.turn_id;
    /** Seconds, or null where the server names none. */
    this.retryAfter = retryAfter;
  }
}

/** No answer: the network or the server is away. */
export class Unreachable extends Error {
  code = 'unreachable';
}

/** The browser has not kept the cookie of the session. */
export class NoCookie extends Error {
  code = 'noCookie';
}

/** @param {Response} response */
export async function problemOf(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // A proxy's page: the status says enough
  }
  const seconds = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  return new Problem(response.status, body, Number.isFinite(seconds) ? seconds : null);
}
