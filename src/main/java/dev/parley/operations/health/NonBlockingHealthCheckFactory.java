package dev.parley.operations.health;

import io.smallrye.health.AsyncHealthCheckFactory;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;

/**
 * Asks where it stands, as SmallRye itself does and Quarkus does not, and waits for no worker: a
 * worker pool that is used up must not keep the probes from answering. All of Parley's checks
 * return at once; the framework's only one, which tells that the process is stopping, looks at a
 * field.
 */
@Alternative
@Priority(1)
@Singleton
class NonBlockingHealthCheckFactory extends AsyncHealthCheckFactory {}
