/**
 * A turn as the page shows it: a message and its answer. It follows the turn's events until the
 * turn has ended, whatever happens to the connection: events are numbered, so a stream goes on
 * where it broke off, after a reload, and on another replica.
 */
import {get, post, request} from './api.js';
import {Problem, Unreachable} from './problem.js';
import {session} from './session.js';
import {readEvents} from './sse.js';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
/** How often a queued turn is looked at, in milliseconds. */
const QUEUE_INTERVAL = 2_000;
/** How often a message is sent again by itself, always as the same turn, before a person is asked. */
const ATTEMPTS_TO_SEND = 5;

export const ENDED = new Set([
  'succeeded', 'failed', 'timed_out', 'cancelled', 'interrupted', 'steered',
]);

export class Turn extends EventTarget {
  /** @type {string | null} */
  id = null;
  conversation = null;
  message = '';
  agentType = null;
  /** `sending`, `unsent`, or a status of the API. */
  status = 'sending';
  text = '';
  replyId = null;
  answeredBy = null;
  /** Tool calls, delegations and approvals by their position. */
  steps = new Map();
  usage = null;
  finishReason = null;
  elapsed = null;
  startedAt = new Date().toISOString();
  createdAt = Date.now();
  error = null;
  problem = null;
  rating = null;
  /** `open`, `silent`, `reconnecting` or `offline`. */
  connection = 'open';
  /** Identifies the request: sent again, it is the same turn, and not paid twice. */
  key = null;
  whenBusy = 'enqueue';
  #number = 0;
  #stopped = false;
  #driving = false;
  #abort = new AbortController();
  #wake = () => {};

  get hasEnded() {
    return ENDED.has(this.status);
  }

  get isActive() {
    return !this.hasEnded && this.status !== 'unsent';
  }

  /** A turn of the conversation's history. */
  static of(view, message) {
    const turn = new Turn();
    turn.message = message ?? '';
    turn.#adopt(view);
    return turn;
  }

  /** A new turn, to be sent. */
  static draft(conversation, message, {agentType, whenBusy, key, at = Date.now()}) {
    const turn = new Turn();
    turn.conversation = conversation;
    turn.message = message;
    turn.agentType = agentType ?? null;
    turn.whenBusy = whenBusy;
    turn.createdAt = at;
    turn.key = key ?? crypto.randomUUID?.() ?? randomKey();
    return turn;
  }

  /** Sends the message and follows the turn. Sent again after a failure, it is the same turn. */
  send() {
    this.problem = null;
    this.status = 'sending';
    return this.#drive();
  }

  /** Follows a turn that has not ended. */
  follow() {
    return this.#drive();
  }

  /** Reads the tool calls of a turn that has ended. */
  async readSteps() {
    const response = await request('GET', `turns/${this.id}/events`);
    await readEvents(response, (event) => this.#applyStep(event), () => {});
    this.#changed();
  }

  async cancel() {
    if (this.id) {
      this.#adopt(await post(`turns/${this.id}/cancel`));
      this.#changed();
    }
  }

  /** Stops following; the turn itself goes on. */
  stop() {
    this.#stopped = true;
    this.#abort.abort();
    this.#wake();
  }

  /** Tries at once instead of at the end of the pause. */
  hurry() {
    this.#wake();
  }

  async #drive() {
    if (this.#driving) {
      return;
    }
    this.#driving = true;
    this.#stopped = false;
    this.#changed();
    try {
      await this.#untilEnded();
    } finally {
      this.#driving = false;
      this.#changed();
    }
  }

  async #untilEnded() {
    let wait = FIRST_WAIT;
    let attempts = 0;
    while (!this.hasEnded && !this.#stopped) {
      if (this.status === 'queued') {
        await this.#pause(QUEUE_INTERVAL);
        await this.#look();
        continue;
      }
      const before = this.#number;
      try {
        await this.#consume();
        if (this.hasEnded) {
          return;
        }
        if (!this.id && ++attempts >= ATTEMPTS_TO_SEND) {
          throw new Unreachable(); // Somebody else answers, a proxy for example
        }
        this.connection = 'reconnecting';
      } catch (failure) {
        if (this.status === 'queued') {
          continue;
        }
        if (this.#stopped || !this.#canGoOn(failure, ++attempts)) {
          return;
        }
        wait = Math.max(wait, (failure.retryAfter ?? 0) * 1000);
      }
      if (this.#number > before) {
        wait = FIRST_WAIT;
      }
      this.#changed();
      await this.#pause(wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
      await this.#look();
    }
  }

  /** Reads one stream to its end. Fails if nothing arrives for too long. */
  async #consume() {
    this.#abort = new AbortController();
    let timer;
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        this.connection = 'silent';
        this.#changed();
        this.#abort.abort();
      }, session.silenceTimeout);
    };
    try {
      heard();
      const response = this.id
        ? await request('GET', `turns/${this.id}/events?after=${this.#number}`, {
            headers: {Accept: 'text/event-stream'},
            signal: this.#abort.signal,
          })
        : await this.#post();
      await readEvents(response, (event) => this.#apply(event), () => {
        heard();
        if (this.connection !== 'open') {
          this.connection = 'open';
          this.#changed();
        }
      });
    } finally {
      clearTimeout(timer);
    }
  }

  #post() {
    return request('POST', 'chat', {
      headers: {Accept: 'text/event-stream', 'Idempotency-Key': this.key},
      signal: this.#abort.signal,
      body: {
        message: this.message,
        ...(this.conversation ? {conversation_id: this.conversation} : {}),
        ...(this.agentType ? {agent_type: this.agentType} : {}),
        when_busy: this.whenBusy,
      },
    });
  }

  /** Whether another attempt may help. If not, the turn says why. */
  #canGoOn(failure, attempts) {
    if (failure instanceof Problem) {
      if (!this.id) {
        this.problem = failure;
        this.status = 'unsent';
        return false;
      }
      if (failure.status === 401) {
        return false; // The page asks to sign in, and follows again
      }
      if (failure.status === 403 || failure.status === 404) {
        this.status = 'interrupted';
        this.problem = failure;
        return false;
      }
    } else if (!this.id && attempts >= ATTEMPTS_TO_SEND) {
      this.problem = failure;
      this.status = 'unsent';
      return false;
    }
    if (this.connection !== 'silent') {
      this.connection = navigator.onLine ? 'reconnecting' : 'offline';
    }
    return true;
  }

  /** Until the time is over, the network is back, or the page is looked at again. */
  #pause(milliseconds) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        window.removeEventListener('online', done);
        document.removeEventListener('visibilitychange', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds * (0.75 + Math.random() / 2));
      this.#wake = done;
      window.addEventListener('online', done);
      document.addEventListener('visibilitychange', done);
    });
  }

  /** Asks how the turn stands: it may have ended meanwhile. */
  async #look() {
    if (!this.id || this.#stopped) {
      return;
    }
    try {
      const view = await get(`turns/${this.id}`);
      if (ENDED.has(view.status) || this.status === 'queued') {
        this.#adopt(view);
        this.#changed();
      }
    } catch {
      // The next attempt to follow says what is wrong
    }
  }

  #apply(event) {
    this.#number = event.number;
    if (event.type === 'turn.opened') {
      this.text = '';
      this.#adopt(event);
      if (this.status === 'queued') {
        // A browser has few connections for one server: none is kept while nothing happens
        this.#abort.abort();
      }
    } else if (event.type === 'reply.delta') {
      this.text += event.delta;
      this.status = 'running';
    } else if (event.type.startsWith('turn.')) {
      this.#adopt(event);
    } else {
      this.#applyStep(event);
    }
    this.#changed();
  }

  #applyStep(event) {
    const step = this.steps.get(event.step) ?? {position: event.step, at: Date.now()};
    switch (event.type) {
      case 'tool.called':
        this.#putStep(step, {kind: 'tool', name: event.name, arguments: event.arguments});
        break;
      case 'tool.returned':
        this.#putStep(step, {kind: 'tool', name: event.name, ok: event.ok, elapsed: event.elapsed_ms});
        break;
      case 'agent.delegated':
        this.#putStep(step, {kind: 'agent', agent: event.agent_type, progress: event.status});
        break;
      case 'approval.asked':
        this.#putStep(step, {
          kind: 'approval',
          name: event.tool,
          summary: event.summary,
          arguments: event.arguments,
          expiresAt: event.expires_at,
          decision: null,
        });
        this.#become('waiting');
        break;
      case 'approval.decided':
        this.#putStep(step, {decision: event.decision, by: event.by});
        this.#become('running');
        break;
      case 'message.joined':
        this.dispatchEvent(new CustomEvent('joined', {detail: event.joined_turn_id}));
        break;
      default:
        break; // An event of a newer server
    }
  }

  /** The steps of a turn that has ended are shown, and do not make it run again. */
  #become(status) {
    if (!this.hasEnded) {
      this.status = status;
    }
  }

  #putStep(step, values) {
    this.steps.set(step.position, Object.assign(step, values));
  }

  #adopt(view) {
    if (this.hasEnded && !ENDED.has(view.status)) {
      return; // An answer that was on its way for longer than the ending
    }
    this.id = view.turn_id;
    this.conversation = view.conversation_id;
    this.agentType = view.agent_type;
    this.status = view.status;
    this.usage = view.usage;
    this.finishReason = view.finish_reason ?? null;
    this.elapsed = view.elapsed_ms;
    this.startedAt = view.started_at;
    this.error = view.error ?? null;
    this.answeredBy = view.answered_by ?? null;
    if (view.reply) {
      this.text = view.reply.content;
      this.replyId = view.reply.id;
    }
    if (this.hasEnded) {
      this.connection = 'open';
    }
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/** Where the page is not served over TLS, browsers have no {@code crypto.randomUUID}. */
function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
