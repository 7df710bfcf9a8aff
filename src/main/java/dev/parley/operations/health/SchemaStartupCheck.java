package dev.parley.operations.health;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/**
 * Started means that the migrations have ended: they run before the startup event, and a failed
 * migration ends the process.
 */
@Startup
@ApplicationScoped
class SchemaStartupCheck implements AsyncHealthCheck {

    private volatile boolean started;

    void onStart(@Observes StartupEvent start) {
        started = true;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.createFrom().item(HealthCheckResponse.named("schema").status(started).build());
    }
}
