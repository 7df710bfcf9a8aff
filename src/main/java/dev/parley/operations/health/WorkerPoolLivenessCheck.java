package dev.parley.operations.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Live means that the worker pool makes progress. */
@Liveness
@ApplicationScoped
class WorkerPoolLivenessCheck implements AsyncHealthCheck {

    private static final String NAME = "worker pool";

    private final HealthConfig config;
    private final Progress progress =
            new Progress(task -> Infrastructure.getDefaultExecutor().execute(task), () -> 0);

    WorkerPoolLivenessCheck(HealthConfig config) {
        this.config = config;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return progress.toResponse(NAME, config.livenessTimeout(), "no worker thread ran a task");
    }
}
