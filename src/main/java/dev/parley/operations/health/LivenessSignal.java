package dev.parley.operations.health;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * A signal that a part of the process works. No thread waits for the signal; a timer of the JDK
 * ends the wait, so that a probe responds even if everything else is stuck.
 */
final class LivenessSignal {

    private final CompletableFuture<Void> completion = new CompletableFuture<>();

    void complete() {
        completion.complete(null);
    }

    void fail(Throwable reason) {
        completion.completeExceptionally(reason);
    }

    /** Whether the signal was given, or failed. */
    boolean isDone() {
        return completion.isDone();
    }

    /** Whether the signal is given within the timeout; false also if it fails. */
    CompletableFuture<Boolean> within(Duration timeout) {
        return completion
                .thenApply(nothing -> true)
                .completeOnTimeout(false, timeout.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> false);
    }

    /** The probe's response: up if the signal is given within the timeout, otherwise down. */
    Uni<HealthCheckResponse> toResponse(String name, Duration timeout, String reason) {
        return Uni.createFrom()
                .completionStage(
                        within(timeout)
                                .thenApply(isUp ->
                                        toResponse(
                                                name,
                                                isUp,
                                                "%s within %d ms"
                                                        .formatted(reason, timeout.toMillis()))));
    }

    static HealthCheckResponse toResponse(String name, boolean isUp, String reason) {
        return isUp
                ? HealthCheckResponse.up(name)
                : HealthCheckResponse.named(name).down().withData("reason", reason).build();
    }
}
