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

/** Knows who holds which connection of the pool, since when, and where it was taken. */
@Singleton
public class ConnectionTracker implements AgroalPoolInterceptor {

    private static final String HOUSE = "dev.parley.";
    private static final StackWalker STACK = StackWalker.getInstance();

    private final Map<PgConnection, Checkout> holds =
            Collections.synchronizedMap(new IdentityHashMap<>());

    @Override
    public void onConnectionAcquire(Connection connection) {
        same(connection)
                .ifPresent(pgConnection ->
                        holds.put(
                                pgConnection,
                                new Checkout(System.nanoTime(), Thread.currentThread(), place())));
    }

    @Override
    public void onConnectionReturn(Connection connection) {
        forget(connection);
    }

    @Override
    public void onConnectionDestroy(Connection connection) {
        forget(connection);
    }

    /** A closed connection no longer says which it was; nobody holds it. */
    private void forget(Connection connection) {
        same(connection)
                .ifPresentOrElse(
                        holds::remove, () -> holds.keySet().removeIf(ConnectionTracker::isClosed));
    }

    /** All that are held at this moment. */
    public Collection<Checkout> checkouts() {
        synchronized (holds) {
            return List.copyOf(holds.values());
        }
    }

    /**
     * The pool hands out wrappers, another each time; the driver's own is always the same. Nothing
     * is thrown here: the connection would be lost to the pool.
     */
    private static Optional<PgConnection> same(Connection connection) {
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

    private static String place() {
        return STACK.walk(frames ->
                frames.filter(ConnectionTracker::isOurs)
                        .map(StackFrame::toString)
                        .findFirst()
                        .orElse("outside of Parley's code"));
    }

    /** Generated classes stand between; they tell nothing. */
    private static boolean isOurs(StackFrame frame) {
        return frame.getClassName().startsWith(HOUSE)
                && frame.getLineNumber() > 0
                && !frame.getClassName().startsWith(ConnectionTracker.class.getName());
    }

    /**
     * A connection that is held.
     *
     * @param since as {@link System#nanoTime} tells it
     * @param place the line of ours that took it
     */
    public record Checkout(long since, Thread thread, String place) {

        public Duration elapsed() {
            return Duration.ofNanos(System.nanoTime() - since);
        }
    }
}
