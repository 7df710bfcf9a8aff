package dev.parley.platform.database;

import io.agroal.api.AgroalPoolInterceptor;
import jakarta.inject.Singleton;
import java.lang.StackWalker.StackFrame;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postgresql.jdbc.PgConnection;

/**
 * Records which thread has checked out which connection of the pool, since when, and at which code
 * location.
 */
@Singleton
public class ConnectionTracker implements AgroalPoolInterceptor {

    private static final String BASE_PACKAGE = "dev.parley.";
    private static final StackWalker STACK = StackWalker.getInstance();

    private final Map<PgConnection, Checkout> checkouts =
            Collections.synchronizedMap(new IdentityHashMap<>());

    @Override
    public void onConnectionAcquire(Connection connection) {
        driverConnection(connection)
                .ifPresent(pgConnection ->
                        checkouts.put(
                                pgConnection,
                                new Checkout(
                                        System.nanoTime(),
                                        Thread.currentThread(),
                                        currentLocation())));
    }

    @Override
    public void onConnectionReturn(Connection connection) {
        untrack(connection);
    }

    @Override
    public void onConnectionDestroy(Connection connection) {
        untrack(connection);
    }

    /** A closed connection no longer unwraps, so all closed connections are removed instead. */
    private void untrack(Connection connection) {
        driverConnection(connection)
                .ifPresentOrElse(
                        checkouts::remove,
                        () -> checkouts.keySet().removeIf(ConnectionTracker::isClosed));
    }

    /** All connections that are checked out at this moment. */
    public Collection<Checkout> checkouts() {
        synchronized (checkouts) {
            return List.copyOf(checkouts.values());
        }
    }

    /**
     * The driver's connection: the pool wraps it anew for each checkout. Nothing is thrown here,
     * because the pool would then lose the connection.
     */
    private static Optional<PgConnection> driverConnection(Connection connection) {
        try {
            return Optional.of(connection.unwrap(PgConnection.class));
        } catch (SQLException failure) {
            return Optional.empty();
        }
    }

    private static boolean isClosed(PgConnection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException failure) {
            return true;
        }
    }

    private static String currentLocation() {
        return STACK.walk(frames ->
                frames.filter(ConnectionTracker::isOurs)
                        .map(StackFrame::toString)
                        .findFirst()
                        .orElse("outside of Parley's code"));
    }

    /** Generated classes have no line number; a reader cannot look them up. */
    private static boolean isOurs(StackFrame frame) {
        return frame.getClassName().startsWith(BASE_PACKAGE)
                && frame.getLineNumber() > 0
                && !frame.getClassName().startsWith(ConnectionTracker.class.getName());
    }

    /**
     * A connection that is checked out.
     *
     * @param since the time of the checkout, as {@link System#nanoTime}
     * @param location the line of Parley's code that checked it out
     */
    public record Checkout(long since, Thread thread, String location) {

        public Duration elapsed() {
            return Duration.ofNanos(System.nanoTime() - since);
        }
    }
}
