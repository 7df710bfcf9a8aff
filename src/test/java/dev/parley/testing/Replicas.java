package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Two processes of Parley that share a database and a model endpoint. */
public final class Replicas implements AutoCloseable {

    private final Map<String, String> environment;
    private final DatabaseProxy proxy;
    private final ModelStub model = new ModelStub();
    private ParleyProcess first;
    private ParleyProcess second;

    public Replicas(int database, Map<String, String> settings) throws IOException {
        proxy = DatabaseProxy.before(database);
        environment = new HashMap<>(settings);
        environment.putAll(model.environment());
        environment.put(
                "QUARKUS_DATASOURCE_JDBC_URL",
                "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(proxy.port()));
        environment.put("QUARKUS_DATASOURCE_USERNAME", "postgres");
        environment.put("JAVA_TOOL_OPTIONS", "-Xmx512m");
        environment.putIfAbsent("QUARKUS_SHUTDOWN_DELAY", "1S");
        first = started().listening();
        second = started().listening();
    }

    public ParleyProcess first() {
        return first;
    }

    public ParleyProcess second() {
        return second;
    }

    public DatabaseProxy proxy() {
        return proxy;
    }

    /** The first replica for an even number, the second replica for an odd number. */
    public ParleyProcess of(int number) {
        return number % 2 == 0 ? first : second;
    }

    /** Kills the only replica that runs a turn, and returns the other replica. */
    public ParleyProcess killRunning() throws InterruptedException {
        boolean runsInFirst = first.metric("parley_turns_in_flight") == 1;
        assertThat(second.metric("parley_turns_in_flight")).isEqualTo(runsInFirst ? 0 : 1);
        (runsInFirst ? first : second).kill();
        return runsInFirst ? second : first;
    }

    public void restartFirst() {
        first = started();
    }

    public void restartSecond() {
        second = started();
    }

    /**
     * Starts the replicas that are dead, and waits until both listen. Not while a table is locked:
     * the statements that wait for the lock have a time limit.
     */
    public void restartKilled() {
        if (!first.isAlive()) {
            restartFirst();
        }
        if (!second.isAlive()) {
            restartSecond();
        }
        first.listening();
        second.listening();
    }

    /**
     * Starts a replica. Tests stop the database and cut its connections: jobs and tools then log
     * errors.
     */
    private ParleyProcess started() {
        return ParleyProcess.started(environment)
                .expectErrors(
                        "The job .+ failed",
                        "Tool .+ failed in turn",
                        "A delegation of turn .+ could not be stored",
                        "Turn .+ could not wait for a person");
    }

    /** Registers a new user and returns the token. */
    public String newcomer() {
        String name = "p-" + UUID.randomUUID().toString().substring(0, 13);
        String account =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("username", name)
                        .put("email", name + "@example.org")
                        .put("password", Person.PASSWORD)
                        .toString();
        String signIn =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("username", name)
                        .put("password", Person.PASSWORD)
                        .toString();
        first.post("/api/auth/register", "", account);
        return first.post("/api/auth/login", "", signIn).text("access_token");
    }

    @Override
    public void close() throws IOException {
        try (proxy;
                ParleyProcess _ = second;
                ParleyProcess _ = first) {
            model.stop();
        }
    }
}
