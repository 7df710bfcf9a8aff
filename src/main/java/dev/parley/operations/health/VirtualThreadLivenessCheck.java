package dev.parley.operations.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Live means that a new virtual thread runs in time: turns and requests run on virtual threads. */
@Liveness
@ApplicationScoped
class VirtualThreadLivenessCheck implements AsyncHealthCheck {

    private static final String NAME = "virtual threads";

    private final HealthConfig config;

    VirtualThreadLivenessCheck(HealthConfig config) {
        this.config = config;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return probe().toResponse(NAME, config.livenessTimeout(), "no virtual thread ran");
    }

    /** Starts a virtual thread that completes the signal. */
    static LivenessSignal probe() {
        LivenessSignal signal = new LivenessSignal();
        Thread.ofVirtual().name("live").start(signal::complete);
        return signal;
    }
}
