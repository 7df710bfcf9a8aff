/** A conversation: its turns, and what is sent to it. */
import {get, patch, remove, request} from './api.js';
import {Turn} from './turn.js';

const PAGE = 50;
const PENDING = 'parley.pending';
/** In milliseconds. The server knows a key for 24 hours; after that it would be another turn. */
const LONGEST_PENDING = 23 * 3_600_000;

/** Other tabs of the same browser. */
const tabs = new BroadcastChannel('parley');

export class Conversation extends EventTarget {
  id = null;
  title = '';
  agentType = null;
  /** @type {Turn[]} in the order of their messages */
  turns = [];
  hasEarlier = false;
  isLoading = false;
  #version = null;
  #isClosed = false;
  #cursor = null;
  #listener = (event) => {
    if (event.data.conversation === this.id && this.id) {
      this.refresh().catch(() => {});
    }
  };

  constructor(id = null) {
    super();
    this.id = id;
    tabs.addEventListener('message', this.#listener);
  }

  get active() {
    return this.turns.find((turn) => turn.isActive && turn.status !== 'queued') ?? null;
  }

  get queued() {
    return this.turns.filter((turn) => turn.status === 'queued');
  }

  /** Reads the latest turns, and follows what has not ended. */
  async load() {
    this.isLoading = true;
    this.#changed();
    try {
      await this.#readInfo();
      const page = await this.#readPage(null);
      // Somebody may have sent a message meanwhile
      const sent = new Map(this.turns.map((turn) => [turn.id, turn]));
      const ids = new Set(page.map((turn) => turn.id));
      this.turns = [
        ...page.map((turn) => sent.get(turn.id) ?? turn),
        ...this.turns.filter((turn) => !ids.has(turn.id)),
      ];
    } finally {
      this.isLoading = false;
    }
    this.#followAll();
    this.#changed();
  }

  async loadEarlier() {
    if (this.isLoading) {
      return;
    }
    const page = await this.#readPage(this.#cursor);
    this.turns = [...page, ...this.turns];
    this.#changed();
  }

  /** Adds what other tabs, devices and programs have sent meanwhile. */
  async refresh() {
    if (!this.id) {
      return;
    }
    await this.#readInfo();
    const cursor = this.#cursor;
    const hasEarlier = this.hasEarlier;
    const page = await this.#readPage(null);
    const known = new Map(this.turns.filter((turn) => turn.id).map((turn) => [turn.id, turn]));
    if (known.size > 0) {
      this.#cursor = cursor;
      this.hasEarlier = hasEarlier;
    }
    for (const turn of page) {
      const before = known.get(turn.id);
      if (!before) {
        this.#insert(turn);
      } else {
        before.message = turn.message || before.message;
        before.rating ??= turn.rating;
      }
    }
    this.#followAll();
    this.#changed();
  }

  /** Whether the server has not yet said which conversation this is: a second would begin. */
  get isBeginning() {
    return !this.id && this.turns.some((turn) => turn.status === 'sending');
  }

  /** Sends a message; returns its turn. */
  send(message, {agentType, whenBusy = 'enqueue'} = {}) {
    const turn = Turn.draft(this.id, message, {agentType, whenBusy});
    this.turns = [...this.turns, turn];
    this.#deliver(turn);
    return turn;
  }

  /** Sends a message again that was not delivered: as the same turn, which is paid once. */
  resend(turn) {
    this.#deliver(turn);
  }

  discard(turn) {
    turn.stop();
    forget(turn);
    this.turns = this.turns.filter((other) => other !== turn);
    this.#changed();
  }

  /** What this tab had sent before it was reloaded, and of which it does not know the turn. */
  restorePending() {
    if (this.#isClosed) {
      return;
    }
    for (const pending of pendingOf(this.id)) {
      if (!this.turns.some((turn) => turn.key === pending.key)) {
        const turn = Turn.draft(this.id, pending.message, pending);
        this.turns = [...this.turns, turn];
        if (pending.wasRefused || Date.now() - pending.at > LONGEST_PENDING) {
          turn.status = 'unsent';
          this.#changed();
        } else {
          this.#deliver(turn);
        }
      }
    }
  }

  async rename(title) {
    const response = await request('PATCH', `conversations/${this.id}`, {
      headers: {'If-Match': this.#version},
      body: {title},
    });
    this.#adopt(await response.json(), response);
    this.#changed();
  }

  async editQueued(turn, message) {
    await patch(`conversations/${this.id}/queue/${turn.id}`, {message});
    turn.message = message;
    this.#changed();
    this.#tell();
  }

  async removeQueued(turn) {
    await remove(`conversations/${this.id}/queue/${turn.id}`);
    turn.stop();
    this.turns = this.turns.filter((other) => other !== turn);
    this.#changed();
    this.#tell();
  }

  close() {
    this.#isClosed = true;
    tabs.removeEventListener('message', this.#listener);
    this.turns.forEach((turn) => turn.stop());
  }

  async #deliver(turn) {
    remember(turn);
    this.#watch(turn);
    const isNew = !this.id;
    let isTold = false;
    const onChange = () => {
      if (turn.id && !isTold) {
        isTold = true;
        forget(turn);
        this.id ??= turn.conversation;
        this.#dropDoublesOf(turn);
        this.#tell();
        if (isNew) {
          this.dispatchEvent(new Event('created'));
        }
      }
    };
    turn.addEventListener('change', onChange);
    await turn.send();
    turn.removeEventListener('change', onChange);
    if (turn.status === 'unsent') {
      remember(turn, {wasRefused: true});
    }
    this.#ended();
    this.#tell();
    if (this.id) {
      await this.#readInfo().catch(() => {});
    }
    this.#changed();
  }

  /** A turn has ended: the next in the queue begins, and one that was removed is no turn. */
  #ended() {
    this.turns = this.turns.filter((turn) => turn.error?.code !== 'turn_removed');
    this.queued.forEach((turn) => turn.hurry());
    this.dispatchEvent(new Event('ended'));
    this.#changed();
  }

  /** What was sent again after a reload may have been read with the history as well. */
  #dropDoublesOf(turn) {
    const doubles = this.turns.filter((other) => other !== turn && other.id === turn.id);
    doubles.forEach((double) => double.stop());
    this.turns = this.turns.filter((other) => !doubles.includes(other));
  }

  #followAll() {
    if (this.#isClosed) {
      return;
    }
    for (const turn of this.turns) {
      this.#watch(turn);
      if (turn.id && turn.isActive) {
        turn.follow().then(() => this.#ended());
      }
    }
  }

  #watch(turn) {
    if (!turn.isWatched) {
      turn.isWatched = true;
      turn.addEventListener('change', () => this.#changed());
      // The message of another turn is answered by this one
      turn.addEventListener('joined', () => this.refresh().catch(() => {}));
    }
  }

  #insert(turn) {
    const index = this.turns.findLastIndex((other) => other.startedAt <= turn.startedAt);
    this.turns = this.turns.toSpliced(index + 1, 0, turn);
  }

  async #readInfo() {
    const response = await request('GET', `conversations/${this.id}`);
    this.#adopt(await response.json(), response);
  }

  #adopt(view, response) {
    this.title = view.title;
    this.agentType = view.agent_type;
    this.pinnedAt = view.pinned_at ?? null;
    this.#version = response.headers.get('ETag');
  }

  /** The turns of a page, oldest first, with their messages. */
  async #readPage(cursor) {
    const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const turns = await get(
      `conversations/${this.id}/turns?order=desc&limit=${PAGE}${after}`,
    );
    // A turn has a message, and a reply if it succeeded
    const messages = this.#messages;
    let next = null;
    const wanted = new Set(
      turns.data.map((view) => view.turn_id).filter((id) => !cursor || !messages.has(id)),
    );
    do {
      const page = await get(
        `conversations/${this.id}/messages?order=desc&limit=100` +
          (next ? `&cursor=${encodeURIComponent(next)}` : this.#messagesBefore(cursor)),
      );
      for (const message of page.data) {
        if (message.role === 'user') {
          messages.set(message.turn_id, message.content);
          wanted.delete(message.turn_id);
        }
      }
      next = page.next_cursor;
    } while (next && wanted.size > 0);
    this.#messageCursor = next;
    this.#cursor = turns.next_cursor;
    this.hasEarlier = turns.next_cursor !== null;
    return turns.data
      .filter((view) => view.error?.code !== 'turn_removed')
      .map((view) => Turn.of(view, messages.get(view.turn_id)))
      .reverse();
  }

  #messageCursor = null;
  /** The messages of users by their turns: a page of messages may reach behind a page of turns. */
  #messages = new Map();

  #messagesBefore(cursor) {
    return cursor && this.#messageCursor
      ? `&cursor=${encodeURIComponent(this.#messageCursor)}`
      : '';
  }

  #tell() {
    if (this.id) {
      tabs.postMessage({conversation: this.id});
    }
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/** Messages on their way, kept by this tab so that a reload sends them again as the same turns. */
function pendingTurns() {
  try {
    return JSON.parse(sessionStorage.getItem(PENDING)) ?? [];
  } catch {
    return [];
  }
}

function pendingOf(conversation) {
  return pendingTurns().filter((pending) => pending.conversation === conversation);
}

function remember(turn, {wasRefused = false} = {}) {
  const {key, message, agentType, whenBusy, conversation} = turn;
  const others = pendingTurns().filter((pending) => pending.key !== key);
  sessionStorage.setItem(
    PENDING,
    JSON.stringify([
      ...others,
      {key, message, agentType, whenBusy, conversation, at: turn.createdAt, wasRefused},
    ]),
  );
}

/** A page that is being left cannot note in its address what it has just learnt. */
let isLeaving = false;
window.addEventListener('beforeunload', () => (isLeaving = true));
window.addEventListener('pageshow', () => (isLeaving = false));

function forget(turn) {
  if (isLeaving) {
    return;
  }
  sessionStorage.setItem(
    PENDING,
    JSON.stringify(pendingTurns().filter((pending) => pending.key !== turn.key)),
  );
}
