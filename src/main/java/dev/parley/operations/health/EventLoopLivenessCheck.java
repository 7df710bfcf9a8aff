package dev.parley.operations.health;

import io.netty.util.concurrent.EventExecutor;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Live means that every event loop runs a task in time. The same loops serve the probes: a probe on
 * a stuck loop gets no response, and fails by the time limit of Kubernetes.
 */
@Liveness
@ApplicationScoped
class EventLoopLivenessCheck implements AsyncHealthCheck {

    private static final String NAME = "event loops";

    private final Vertx vertx;
    private final HealthConfig config;

    EventLoopLivenessCheck(Vertx vertx, HealthConfig config) {
        this.vertx = vertx;
        this.config = config;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        List<CompletableFuture<Boolean>> responses = new ArrayList<>();
        for (EventExecutor loop : ((VertxInternal) vertx).getEventLoopGroup()) {
            LivenessSignal signal = new LivenessSignal();
            loop.execute(signal::complete);
            responses.add(signal.within(config.livenessTimeout()));
        }
        CompletableFuture<HealthCheckResponse> all =
                CompletableFuture.allOf(responses.toArray(CompletableFuture[]::new))
                        .thenApply(nothing -> toResponse(responses));
        return Uni.createFrom().completionStage(all);
    }

    private HealthCheckResponse toResponse(List<CompletableFuture<Boolean>> responses) {
        long stuck = responses.stream().filter(response -> !response.join()).count();
        return LivenessSignal.toResponse(
                NAME,
                stuck == 0,
                "%d of %d event loops ran no task for %d ms"
                        .formatted(stuck, responses.size(), config.livenessTimeout().toMillis()));
    }
}
