package dev.parley.turn.engine;

import dev.parley.turn.TurnId;

/** A turn runs in this process from now on. Observers return at once. */
public record TurnStarted(TurnId id) {}
