package dev.parley.operations.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.jspecify.annotations.Nullable;

/** Live means that virtual threads make progress: turns and requests run on virtual threads. */
@Liveness
@ApplicationScoped
class VirtualThreadLivenessCheck implements AsyncHealthCheck {

    private static final String NAME = "virtual threads";

    private final HealthConfig config;
    private final Progress progress = new Progress(VirtualThreadLivenessCheck::start, queued());

    VirtualThreadLivenessCheck(HealthConfig config) {
        this.config = config;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return progress.toResponse(NAME, config.livenessTimeout(), "no virtual thread ran");
    }

    /** Whether a new virtual thread runs in time. */
    static CompletableFuture<Boolean> runWithin(Duration timeout) {
        LivenessSignal signal = new LivenessSignal();
        start(signal::complete);
        return signal.within(timeout);
    }

    private static void start(Runnable task) {
        Thread.ofVirtual().name("live").start(task);
    }

    /** A native executable may not know how many virtual threads wait. */
    private static LongSupplier queued() {
        try {
            @Nullable VirtualThreadSchedulerMXBean scheduler =
                    ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
            return scheduler == null ? () -> 0 : scheduler::getQueuedVirtualThreadCount;
        } catch (IllegalArgumentException _) {
            return () -> 0;
        }
    }
}
