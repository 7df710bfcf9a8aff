package dev.parley.turn.store;

import dev.parley.turn.TurnId;

/**
 * A message that has joined the exchange of a turn.
 *
 * @param turn the message's own turn, which ended with that
 * @param rounds how many rounds the exchange had
 */
public record SteeringMessage(TurnId turn, int rounds, String content) {}
