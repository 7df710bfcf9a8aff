package dev.parley.operations.health;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.jspecify.annotations.Nullable;

/**
 * Whether a part of the process makes progress: each look hands the part a signal, which waits
 * behind all other work. How long it waits says how much there is to do, and not whether the part
 * stands still. So a look ends well when the signal is given, when the signal of an earlier look
 * was given since, or when the queue before the signal has become shorter.
 */
final class Progress {

    private static final long SAMPLE_MILLIS = 50;

    private final Executor part;
    private final LongSupplier queued;

    /** The signal that the last look waited for in vain. */
    private final AtomicReference<@Nullable LivenessSignal> late = new AtomicReference<>();

    /**
     * @param part executes the signals in order
     * @param queued how many tasks wait in the part; always 0 if that is unknown
     */
    Progress(Executor part, LongSupplier queued) {
        this.part = part;
        this.queued = queued;
    }

    /** Whether the part has made progress since the last look, or makes progress in time. */
    CompletableFuture<Boolean> within(Duration timeout) {
        LivenessSignal signal = late.get();
        if (signal == null) {
            signal = submit();
        } else if (signal.isDone()) {
            late.compareAndSet(signal, null);
            return CompletableFuture.completedFuture(true);
        }
        LivenessSignal awaited = signal;
        CompletableFuture<Boolean> progress = awaited.within(timeout);
        sampleQueue(progress, queued.getAsLong());
        return progress.whenComplete((_, _) -> late.set(awaited.isDone() ? null : awaited));
    }

    /** The probe's response: up if the part makes progress, otherwise down. */
    Uni<HealthCheckResponse> toResponse(String name, Duration timeout, String reason) {
        return Uni.createFrom()
                .completionStage(
                        within(timeout)
                                .thenApply(isUp ->
                                        LivenessSignal.toResponse(
                                                name,
                                                isUp,
                                                "%s for %d ms"
                                                        .formatted(reason, timeout.toMillis()))));
    }

    private LivenessSignal submit() {
        LivenessSignal signal = new LivenessSignal();
        try {
            part.execute(signal::complete);
        } catch (RejectedExecutionException failure) {
            signal.fail(failure);
        }
        return signal;
    }

    /** A task leaves the queue in no other way than by being run. */
    private void sampleQueue(CompletableFuture<Boolean> progress, long before) {
        CompletableFuture.delayedExecutor(SAMPLE_MILLIS, TimeUnit.MILLISECONDS, Runnable::run)
                .execute(() -> {
                    long now = queued.getAsLong();
                    if (now < before) {
                        progress.complete(true);
                    } else if (!progress.isDone()) {
                        sampleQueue(progress, now);
                    }
                });
    }
}
