package dev.parley.turn;

/** A turn runs in this process from now on. Observers return at once. */
public record TurnStarted(TurnId id) {}
