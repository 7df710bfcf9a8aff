package dev.parley.operations.health;

import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/**
 * The scheduler's clock goes on: a job that does nothing else tells of every second. Jobs run on
 * virtual threads; where those stand still this has nothing to say.
 */
@Liveness
@ApplicationScoped
class SchedulerLivenessCheck implements AsyncHealthCheck, Job {

    private static final String NAME = "scheduler";

    private final HealthConfig config;
    private final AtomicReference<LivenessSignal> next =
            new AtomicReference<>(new LivenessSignal());
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
        Duration bound = config.livenessTimeout();
        if (System.nanoTime() - tickedAt < bound.toNanos()) {
            return Uni.createFrom().item(HealthCheckResponse.up(NAME));
        }
        CompletableFuture<Boolean> ticks = next.get().within(bound);
        CompletableFuture<Boolean> couldTick = VirtualThreadLivenessCheck.asked().within(bound);
        return Uni.createFrom()
                .completionStage(
                        ticks.thenCombine(couldTick, (ticked, could) -> ticked || !could)
                                .thenApply(isUp ->
                                        LivenessSignal.toResponse(
                                                NAME,
                                                isUp,
                                                "its clock has not ticked for %d ms"
                                                        .formatted(bound.toMillis()))));
    }
}
