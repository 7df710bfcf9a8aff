package dev.parley.turn.web;

import io.quarkus.security.identity.SecurityIdentity;
import java.util.Collection;

/** A WebSocket or an event stream, which outlives the request that opened it. */
public interface Listener {

    SecurityIdentity identity();

    /** Closes the connection, because its token is no longer valid. */
    void revoke();

    /** The open connections of one kind, in this process. */
    interface Source {

        Collection<? extends Listener> listeners();
    }
}
