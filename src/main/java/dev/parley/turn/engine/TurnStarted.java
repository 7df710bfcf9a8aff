package dev.parley.turn.engine;

import dev.parley.turn.TurnId;

/** A turn has started in this process. Observers must return at once. */
public record TurnStarted(TurnId id) {}
