package dev.parley.health;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** A virtual thread still gets its turn: turns and requests run on them. */
@Liveness
@ApplicationScoped
class VirtualThreadsLive implements AsyncHealthCheck {

    private static final String NAME = "virtual threads";

    private final HealthConfig config;

    VirtualThreadsLive(HealthConfig config) {
        this.config = config;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return asked().told(NAME, config.liveWithin(), "none ran");
    }

    /** A sign that the next virtual thread gives. */
    static Sign asked() {
        Sign sign = new Sign();
        Thread.ofVirtual().name("live").start(sign::give);
        return sign;
    }
}
