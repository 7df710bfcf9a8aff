package dev.parley.turn.engine;

import dev.parley.turn.TurnId;
import dev.parley.turn.stream.TurnStream;
import java.util.Optional;

/**
 * A turn that goes on by itself, whether or not anybody follows it.
 *
 * @param stream its events, where it runs here and was begun just now; else they have to be looked
 *     for
 */
public record TurnHandle(TurnId id, Optional<TurnStream> stream) {}
