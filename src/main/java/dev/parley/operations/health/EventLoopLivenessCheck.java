package dev.parley.operations.health;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.SingleThreadEventExecutor;
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
 * Live means that every event loop makes progress. The probes have an event loop of their own: if
 * it is stuck, the probe gets no response, and fails by the time limit of Kubernetes.
 */
@Liveness
@ApplicationScoped
class EventLoopLivenessCheck implements AsyncHealthCheck {

    private static final String NAME = "event loops";

    private final HealthConfig config;
    private final List<Progress> loops = new ArrayList<>();

    EventLoopLivenessCheck(Vertx vertx, HealthConfig config) {
        this.config = config;
        for (EventExecutor loop : ((VertxInternal) vertx).getEventLoopGroup()) {
            loops.add(new Progress(loop, ((SingleThreadEventExecutor) loop)::pendingTasks));
        }
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        List<CompletableFuture<Boolean>> responses = new ArrayList<>();
        for (Progress loop : loops) {
            responses.add(loop.within(config.livenessTimeout()));
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
                "%d of %d event loops made no progress for %d ms"
                        .formatted(stuck, responses.size(), config.livenessTimeout().toMillis()));
    }
}
