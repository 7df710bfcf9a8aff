package dev.parley.api.websocket;

import dev.parley.platform.identity.UserId;

/**
 * A command of the WebSocket that reads something of its user. A module's {@code web} implements it
 * beside its HTTP operation, with the same view.
 */
public interface WebSocketQuery {

    /** The {@code type} of the command, which has no fields of its own. */
    String command();

    /** The {@code type} of the answer. */
    String answer();

    /** The fields of the answer: an object that Jackson can write. */
    Object read(UserId user);
}
