package dev.parley.operations.health;

import io.smallrye.health.AsyncHealthCheckFactory;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;

/**
 * Runs health checks on the calling thread, as SmallRye does by default; Quarkus would use a worker
 * thread. The probes must respond even if the worker pool is exhausted. All of Parley's checks
 * return at once, and the framework's only check, that the process is not stopping, reads a field.
 */
@Alternative
@Priority(1)
@Singleton
class NonBlockingHealthCheckFactory extends AsyncHealthCheckFactory {}
