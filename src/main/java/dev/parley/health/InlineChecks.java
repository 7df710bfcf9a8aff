package dev.parley.health;

import io.smallrye.health.AsyncHealthCheckFactory;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Asks where it stands, and waits for no worker: a worker pool that is used up must not keep the
 * probes from answering. All of Parley's checks return at once; the framework's only one, which
 * tells that the process is stopping, looks at a field.
 */
@Alternative
@Priority(1)
@Singleton
class InlineChecks extends AsyncHealthCheckFactory {

    @Override
    public Uni<HealthCheckResponse> callSync(HealthCheck check) {
        return Uni.createFrom().item(check::call);
    }

    @Override
    public Uni<HealthCheckResponse> callAsync(AsyncHealthCheck check) {
        return check.call();
    }
}
