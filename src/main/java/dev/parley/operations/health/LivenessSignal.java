package dev.parley.operations.health;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * A sign of life that is waited for by nobody's thread: the JDK's own timer gives it up, so that a
 * probe answers whatever else stands still.
 */
final class LivenessSignal {

    private final CompletableFuture<Void> given = new CompletableFuture<>();

    void complete() {
        given.complete(null);
    }

    void refuse(Throwable reason) {
        given.completeExceptionally(reason);
    }

    /** Whether it comes within the bound; false too where it is refused. */
    CompletableFuture<Boolean> within(Duration bound) {
        return given.thenApply(nothing -> true)
                .completeOnTimeout(false, bound.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(refused -> false);
    }

    /** What a probe is told: up where it comes within the bound, else down for this reason. */
    Uni<HealthCheckResponse> toResponse(String name, Duration bound, String reason) {
        return Uni.createFrom()
                .completionStage(
                        within(bound)
                                .thenApply(isUp ->
                                        toResponse(
                                                name,
                                                isUp,
                                                "%s within %d ms"
                                                        .formatted(reason, bound.toMillis()))));
    }

    static HealthCheckResponse toResponse(String name, boolean isUp, String reason) {
        return isUp
                ? HealthCheckResponse.up(name)
                : HealthCheckResponse.named(name).down().withData("reason", reason).build();
    }
}
