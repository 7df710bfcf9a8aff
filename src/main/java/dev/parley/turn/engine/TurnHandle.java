package dev.parley.turn.engine;

import dev.parley.turn.TurnId;
import dev.parley.turn.stream.TurnStream;
import java.util.Optional;

/**
 * An opened turn, which continues whether or not a client follows it.
 *
 * @param stream the turn's events, if this request started the turn here; else use {@code
 *     TurnStreams} to find the events
 */
public record TurnHandle(TurnId id, Optional<TurnStream> stream) {}
