package dev.parley.platform.database.embedded;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Stops the embedded database after everything else that may still need it. This is not done in
 * {@code main}, because {@code main} does not return on a signal.
 */
@ApplicationScoped
class EmbeddedDatabaseShutdown {

    void onStop(@Observes @Priority(Integer.MAX_VALUE) ShutdownEvent stop) {
        EmbeddedDatabase.running().ifPresent(EmbeddedDatabase::close);
    }
}
