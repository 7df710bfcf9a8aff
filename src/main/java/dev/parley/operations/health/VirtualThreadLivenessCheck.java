package dev.parley.operations.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** A virtual thread still gets its turn: turns and requests run on them. */
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
        return asked().toResponse(NAME, config.livenessTimeout(), "none ran");
    }

    /** A sign that the next virtual thread gives. */
    static LivenessSignal asked() {
        LivenessSignal sign = new LivenessSignal();
        Thread.ofVirtual().name("live").start(sign::complete);
        return sign;
    }
}
