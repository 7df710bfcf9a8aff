package dev.parley.operations.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Live means that the worker pool has a thread for another task. */
@Liveness
@ApplicationScoped
class WorkerPoolLivenessCheck implements AsyncHealthCheck {

    private static final String NAME = "worker pool";

    private final HealthConfig config;

    WorkerPoolLivenessCheck(HealthConfig config) {
        this.config = config;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        LivenessSignal signal = new LivenessSignal();
        try {
            Infrastructure.getDefaultExecutor().execute(signal::complete);
        } catch (RejectedExecutionException failure) {
            signal.fail(failure);
        }
        return signal.toResponse(NAME, config.livenessTimeout(), "no worker thread ran a task");
    }
}
