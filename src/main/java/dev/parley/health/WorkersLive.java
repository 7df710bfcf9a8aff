package dev.parley.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** The worker pool has a thread for one more task. */
@Liveness
@ApplicationScoped
class WorkersLive implements AsyncHealthCheck {

    private static final String NAME = "worker pool";

    private final HealthConfig config;

    WorkersLive(HealthConfig config) {
        this.config = config;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        Sign sign = new Sign();
        try {
            Infrastructure.getDefaultExecutor().execute(sign::give);
        } catch (RejectedExecutionException full) {
            sign.refuse(full);
        }
        return sign.told(NAME, config.liveWithin(), "no worker took a task");
    }
}
