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
 * Every event loop answers. The probes are served by the same loops: a probe that arrives at a
 * stuck loop gets no answer, and Kubernetes counts that by its own time limit.
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
        List<CompletableFuture<Boolean>> signs = new ArrayList<>();
        for (EventExecutor loop : ((VertxInternal) vertx).getEventLoopGroup()) {
            LivenessSignal sign = new LivenessSignal();
            loop.execute(sign::complete);
            signs.add(sign.within(config.livenessTimeout()));
        }
        CompletableFuture<HealthCheckResponse> all =
                CompletableFuture.allOf(signs.toArray(CompletableFuture[]::new))
                        .thenApply(nothing -> told(signs));
        return Uni.createFrom().completionStage(all);
    }

    private HealthCheckResponse told(List<CompletableFuture<Boolean>> signs) {
        long still = signs.stream().filter(sign -> !sign.join()).count();
        return LivenessSignal.toResponse(
                NAME,
                still == 0,
                "%d of %d did nothing for %d ms"
                        .formatted(still, signs.size(), config.livenessTimeout().toMillis()));
    }
}
