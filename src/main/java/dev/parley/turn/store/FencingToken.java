package dev.parley.turn.store;

import dev.parley.platform.cluster.RunnerId;
import dev.parley.turn.TurnId;

/**
 * Who may still write for a turn: the runner that the turn names, in the attempt that it names.
 * Where either has moved on, whatever is written is discarded.
 */
public record FencingToken(TurnId turn, RunnerId runner, int attempt) {}
