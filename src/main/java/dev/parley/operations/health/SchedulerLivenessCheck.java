package dev.parley.operations.health;

import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * Live means that the scheduler starts jobs: a job without other work runs every second, and has
 * run since the last look. Jobs run on virtual threads; if no virtual thread runs, this check is
 * up, because {@link VirtualThreadLivenessCheck} reports that.
 */
@Liveness
@ApplicationScoped
class SchedulerLivenessCheck implements AsyncHealthCheck, Job {

    private static final String NAME = "scheduler";

    private final HealthConfig config;
    private final AtomicReference<LivenessSignal> next =
            new AtomicReference<>(new LivenessSignal());
    private final AtomicLong seen = new AtomicLong();
    private volatile long tickedAt = System.nanoTime();

    SchedulerLivenessCheck(HealthConfig config) {
        this.config = config;
    }

    @Override
    public String name() {
        return "scheduler-heartbeat";
    }

    @Override
    public Duration interval() {
        return Duration.ofSeconds(1);
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void run(Deadline deadline) {
        tickedAt = System.nanoTime();
        next.getAndSet(new LivenessSignal()).complete();
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        Duration timeout = config.livenessTimeout();
        long last = tickedAt;
        if (seen.getAndSet(last) != last || System.nanoTime() - last < timeout.toNanos()) {
            return Uni.createFrom().item(HealthCheckResponse.up(NAME));
        }
        CompletableFuture<Boolean> heartbeat = next.get().within(timeout);
        CompletableFuture<Boolean> virtualThread = VirtualThreadLivenessCheck.runWithin(timeout);
        return Uni.createFrom()
                .completionStage(
                        heartbeat
                                .thenCombine(virtualThread, (ticked, canRun) -> ticked || !canRun)
                                .thenApply(isUp ->
                                        LivenessSignal.toResponse(
                                                NAME,
                                                isUp,
                                                "the scheduler started no job for %d ms"
                                                        .formatted(timeout.toMillis()))));
    }
}
