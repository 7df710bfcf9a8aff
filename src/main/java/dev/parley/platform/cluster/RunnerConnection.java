package dev.parley.platform.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * This runner's own session with the database, outside of the pool, so that a full pool costs
 * nobody the lease: it says that the runner lives, and hears what others send to it. Where it
 * breaks, it is made again, and {@link RunnerReconnected} tells that something may have been
 * missed.
 */
@ApplicationScoped
class RunnerConnection {

    private static final int AFTER_EVERYTHING = 10_000;
    private static final Duration MAX_SILENCE = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int SOCKET_SECONDS = 10;

    private final RunnerLease runner;
    private final ProcessMode duty;
    private final ObjectMapper json;
    private final Event<RunnerMessageReceived> letters;
    private final Event<RunnerReconnected> restored;
    private final String url;
    private final Properties access;
    private volatile boolean stopped;
    private volatile boolean broken;
    private @Nullable Thread thread;

    RunnerConnection(
            RunnerLease runner,
            ProcessMode duty,
            ObjectMapper json,
            Event<RunnerMessageReceived> letters,
            Event<RunnerReconnected> restored,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") Optional<String> username,
            @ConfigProperty(name = "quarkus.datasource.password") Optional<String> password) {
        this.runner = runner;
        this.duty = duty;
        this.json = json;
        this.letters = letters;
        this.restored = restored;
        this.url = url;
        this.access = access(username, password);
    }

    void start(@Observes StartupEvent start) {
        if (!duty.isServing()) {
            return;
        }
        Log.infof("This runner is %s on %s", runner.id(), host());
        thread = Thread.ofVirtual().name("runner-line").start(this::hold);
    }

    /** The last to go: turns that are still ending need the lease. */
    void stop(@Observes @Priority(AFTER_EVERYTHING) ShutdownEvent stop) {
        stopped = true;
        if (thread == null) {
            return;
        }
        thread.interrupt();
        try (Connection farewell = connect();
                PreparedStatement forget =
                        farewell.prepareStatement("delete from runners where id = ?")) {
            forget.setObject(1, runner.id().value());
            forget.executeUpdate();
        } catch (SQLException failure) {
            Log.infof("The database is away; the lease ends by itself: %s", failure.getMessage());
        }
    }

    private void hold() {
        while (!stopped) {
            try (Connection line = connect()) {
                listen(line);
                heartbeat(line);
                if (broken) {
                    broken = false;
                    Log.info("The runner's connection is restored");
                    restored.fire(new RunnerReconnected());
                }
                serve(line);
            } catch (SQLException | RuntimeException failure) {
                if (!stopped && !broken) {
                    Log.warnf("The line to the database is broken: %s", failure.getMessage());
                }
                broken = true;
                pause();
            }
        }
    }

    private void serve(Connection line) throws SQLException {
        PGConnection session = line.unwrap(PGConnection.class);
        while (!stopped) {
            long toBeat = Duration.ofNanos(runner.nanosToNextHeartbeat()).toMillis();
            if (toBeat <= 0) {
                heartbeat(line);
            } else {
                int wait = Math.toIntExact(Math.min(toBeat, MAX_SILENCE.toMillis()));
                PGNotification[] arrived = session.getNotifications(wait);
                if (arrived != null) {
                    for (PGNotification notification : arrived) {
                        deliver(notification.getParameter());
                    }
                }
            }
        }
    }

    private void deliver(String written) {
        try {
            JsonNode envelope = json.readTree(written);
            letters.fire(
                    new RunnerMessageReceived(
                            new RunnerId(
                                    UUID.fromString(envelope.path(RunnerMessenger.FROM).asText())),
                            envelope.path(RunnerMessenger.CONTENT)));
        } catch (JsonProcessingException | RuntimeException failure) {
            // Any database user can notify, and write nonsense; it must not break the connection
            Log.warnf(
                    "Ignoring a malformed runner message: %s", failure.getClass().getSimpleName());
            Log.debug("The trace of that", failure);
        }
    }

    private void listen(Connection line) throws SQLException {
        try (Statement statement = line.createStatement()) {
            statement.execute("set statement_timeout = '5s'");
            statement.execute("listen " + runner.id().channel());
        }
    }

    private void heartbeat(Connection line) throws SQLException {
        try (PreparedStatement beat =
                line.prepareStatement(
                        """
                        insert into runners (id, host) values (?, ?)
                        on conflict (id) do update set seen_at = clock_timestamp()
                        """)) {
            beat.setObject(1, runner.id().value());
            beat.setString(2, host());
            beat.executeUpdate();
        }
        runner.renewed();
    }

    private Connection connect() throws SQLException {
        Connection connection = new Driver().connect(url, access);
        if (connection == null) {
            throw new SQLException("Not a PostgreSQL: " + url.replaceAll("[?].*", ""));
        }
        return connection;
    }

    private static Properties access(Optional<String> username, Optional<String> password) {
        Properties access = new Properties();
        username.ifPresent(name -> access.setProperty("user", name));
        password.ifPresent(secret -> access.setProperty("password", secret));
        access.setProperty("ApplicationName", "parley-line");
        access.setProperty("connectTimeout", "5");
        access.setProperty("loginTimeout", "5");
        access.setProperty("socketTimeout", Integer.toString(SOCKET_SECONDS));
        access.setProperty("tcpKeepAlive", "true");
        return access;
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
            Thread.sleep(PAUSE);
        } catch (InterruptedException interruption) {
            Log.debug("Interrupted; the loop looks whether it is to stop", interruption);
        }
    }
}
