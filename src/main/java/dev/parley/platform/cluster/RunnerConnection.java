package dev.parley.platform.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.platform.database.UnpooledConnections;
import dev.parley.platform.jobs.ProcessMode;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * This runner's own connection to the database, outside the pool, so that an exhausted pool cannot
 * cost the runner its lease. The connection sends the heartbeat, and receives the messages of other
 * runners. If the connection breaks, it is opened again, and {@link RunnerReconnected} reports that
 * messages may have been lost.
 */
@ApplicationScoped
class RunnerConnection {

    private static final int LAST = 10_000;
    private static final Duration MAX_RECEIVE_WAIT = Duration.ofMillis(500);
    private static final Duration RECONNECT_PAUSE = Duration.ofMillis(250);
    private static final String APPLICATION_NAME = "parley-runner";

    private final RunnerLease runner;
    private final ProcessMode processMode;
    private final ObjectMapper json;
    private final Event<RunnerMessageReceived> messages;
    private final Event<RunnerReconnected> reconnected;
    private final UnpooledConnections connections;
    private volatile boolean stopped;
    private volatile boolean broken;
    private @Nullable Thread thread;

    RunnerConnection(
            RunnerLease runner,
            ProcessMode processMode,
            ObjectMapper json,
            Event<RunnerMessageReceived> messages,
            Event<RunnerReconnected> reconnected,
            UnpooledConnections connections) {
        this.runner = runner;
        this.processMode = processMode;
        this.json = json;
        this.messages = messages;
        this.reconnected = reconnected;
        this.connections = connections;
    }

    void start(@Observes StartupEvent start) {
        if (!processMode.isServing()) {
            return;
        }
        Log.infof("Started as runner %s on host %s", runner.id(), host());
        thread = Thread.ofVirtual().name("runner-connection").start(this::keepConnected);
    }

    /** Runs last at shutdown, because turns that are still ending need the lease. */
    void stop(@Observes @Priority(LAST) ShutdownEvent stop) {
        stopped = true;
        if (thread == null) {
            return;
        }
        thread.interrupt();
        try (Connection connection = connections.connect(APPLICATION_NAME);
                PreparedStatement delete =
                        connection.prepareStatement("delete from runners where id = ?")) {
            delete.setObject(1, runner.id().value());
            delete.executeUpdate();
        } catch (SQLException failure) {
            Log.infof(
                    "The runner's row could not be deleted; its lease will expire: %s",
                    failure.getMessage());
        }
    }

    private void keepConnected() {
        while (!stopped) {
            try (Connection connection = connections.connect(APPLICATION_NAME)) {
                listen(connection);
                heartbeat(connection);
                if (broken) {
                    broken = false;
                    Log.info("Runner connection restored");
                    reconnected.fire(new RunnerReconnected());
                }
                receiveMessages(connection);
            } catch (SQLException | RuntimeException failure) {
                if (!stopped && !broken) {
                    Log.warnf(
                            "Runner connection to the database is broken; reconnecting: %s",
                            failure.getMessage());
                }
                broken = true;
                pause();
            }
        }
    }

    private void receiveMessages(Connection connection) throws SQLException {
        PGConnection session = connection.unwrap(PGConnection.class);
        while (!stopped) {
            long millisToHeartbeat = Duration.ofNanos(runner.nanosToNextHeartbeat()).toMillis();
            if (millisToHeartbeat <= 0) {
                heartbeat(connection);
            } else {
                int waitMillis =
                        Math.toIntExact(Math.min(millisToHeartbeat, MAX_RECEIVE_WAIT.toMillis()));
                PGNotification[] notifications = session.getNotifications(waitMillis);
                if (notifications != null) {
                    for (PGNotification notification : notifications) {
                        deliver(notification.getParameter());
                    }
                }
            }
        }
    }

    private void deliver(String payload) {
        try {
            JsonNode envelope = json.readTree(payload);
            messages.fire(
                    new RunnerMessageReceived(
                            new RunnerId(
                                    UUID.fromString(envelope.path(RunnerMessenger.FROM).asText())),
                            envelope.path(RunnerMessenger.CONTENT)));
        } catch (JsonProcessingException | RuntimeException failure) {
            // Any database user can send malformed notifications; they must not break the
            // connection
            Log.warnf(
                    "Ignoring a malformed runner message: %s", failure.getClass().getSimpleName());
            Log.debug("Stack trace of the malformed runner message", failure);
        }
    }

    private void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set statement_timeout = '5s'");
            statement.execute("listen " + runner.id().channel());
        }
    }

    private void heartbeat(Connection connection) throws SQLException {
        try (PreparedStatement upsert =
                connection.prepareStatement(
                        """
                        insert into runners (id, host) values (?, ?)
                        on conflict (id) do update set seen_at = clock_timestamp()
                        """)) {
            upsert.setObject(1, runner.id().value());
            upsert.setString(2, host());
            upsert.executeUpdate();
        }
        runner.renewed();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException failure) {
            return "unknown";
        }
    }

    private void pause() {
        try {
            Thread.sleep(RECONNECT_PAUSE);
        } catch (InterruptedException interruption) {
            Log.debug("Interrupted; the loop checks whether to stop", interruption);
        }
    }
}
