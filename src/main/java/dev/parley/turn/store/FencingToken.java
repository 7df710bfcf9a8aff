package dev.parley.turn.store;

import dev.parley.platform.cluster.RunnerId;
import dev.parley.turn.TurnId;

/**
 * The right to write for a turn. The turn's row names a runner and an attempt; a write is discarded
 * if its runner or its attempt is no longer the one in the row.
 */
public record FencingToken(TurnId turn, RunnerId runner, int attempt) {}
