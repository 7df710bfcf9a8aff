package dev.parley.cli;

import dev.parley.agent.AgentCatalogue;
import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentType;
import dev.parley.api.connection.FileDescriptorLimit;
import dev.parley.api.filter.HttpConfig;
import dev.parley.platform.database.embedded.EmbeddedDatabase;
import dev.parley.turn.memory.TurnMemory;
import io.quarkus.logging.Log;
import io.quarkus.vertx.http.HttpServerStart;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Logs the URL and the agents once Parley listens, and for trying out, how to send a message. */
@ApplicationScoped
class StartupMessage {

    private static final long MIB = 1024 * 1024;

    private final AgentCatalogue agents;
    private final HttpConfig http;
    private final int maxInFlight;
    private final TurnMemory memory;
    private final AgentConfig limits;

    StartupMessage(
            AgentCatalogue agents,
            HttpConfig http,
            @ConfigProperty(name = "parley.turn.max-in-flight") int maxInFlight,
            TurnMemory memory,
            AgentConfig limits) {
        this.agents = agents;
        this.http = http;
        this.maxInFlight = maxInFlight;
        this.memory = memory;
        this.limits = limits;
    }

    void onListening(@ObservesAsync HttpServerStart server) {
        Log.infof("Parley listens on http://localhost:%d", server.options().getPort());
        Log.infof("Agents: %s", agents.types().stream().map(AgentType::value).sorted().toList());
        Log.infof(
                "Turns in flight: at most %d, in at most %d MiB of memory"
                        + " (parley.turn.max-in-flight, parley.turn.max-memory)",
                maxInFlight, memory.limit() / MIB);
        FileDescriptorLimit.ofThisProcess()
                .tooFewFor(maxInFlight, maxWorkers())
                .ifPresent(warning -> Log.warn(warning));
        if (isInKubernetes() && http.trustedProxies().isEmpty()) {
            Log.info(
                    "No proxy is trusted, so X-Forwarded-For is ignored. Behind an ingress, set"
                            + " PARLEY_HTTP_TRUSTED_PROXIES to its addresses, such as 10.0.3.0/24;"
                            + " otherwise all its clients share the limits of one address");
        }
        Optional<EmbeddedDatabase> embedded = EmbeddedDatabase.running();
        embedded.ifPresent(
                database -> Log.info(tryOutMessage(database, server.options().getPort())));
    }

    private int maxWorkers() {
        boolean mayDelegate =
                agents.types().stream().anyMatch(type -> !agents.workers(type).isEmpty());
        return mayDelegate ? limits.maxConcurrentWorkers() : 0;
    }

    private static boolean isInKubernetes() {
        return System.getenv("KUBERNETES_SERVICE_HOST") != null;
    }

    private static String tryOutMessage(EmbeddedDatabase database, int port) {
        return """
        Trying out: the data is stored in %s by an embedded PostgreSQL %s.

        Send a first message:

          P=http://localhost:%d J='Content-Type: application/json'
          curl -s $P/api/auth/register -H "$J" -d '{"username":"ada","email":"ada@example.org","password":"correct horse"}'
          T=$(curl -s $P/api/auth/login -H "$J" -d '{"username":"ada","password":"correct horse"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
          curl -s $P/api/chat -H "Authorization: Bearer $T" -H "$J" -d '{"message":"Add a task: buy milk tomorrow"}'
        """
                .formatted(database.folder(), database.majorVersion(), port);
    }
}
