package dev.parley.turn;

import dev.parley.platform.cluster.RunnerId;

/**
 * Who may still write for a turn: the runner that the turn names, in the attempt that it names.
 * Where either has moved on, whatever is written is discarded.
 */
record Fence(TurnId turn, RunnerId runner, int attempt) {}
