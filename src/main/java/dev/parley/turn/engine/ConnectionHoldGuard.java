package dev.parley.turn.engine;

import dev.parley.turn.TurnConfig;
import io.agroal.api.AgroalPoolInterceptor;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import jakarta.inject.Singleton;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import java.sql.Connection;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * G1 (docs/guarantees.md) at run time: an agent that thinks holds no connection, no transaction.
 *
 * <p>Looked at when the agent or a tool is called, at each event the agent tells, and, since a
 * connection could come and go between two events, whenever the pool hands one out. What is found
 * is counted and logged; where {@code parley.turn.fail-on-held-connection} is set, the turn fails
 * as well.
 */
@Singleton
public class ConnectionHoldGuard implements AgroalPoolInterceptor {

    private static final ScopedValue<Watch> THINKING = ScopedValue.newInstance();

    private final TurnConfig config;
    private final TransactionManager transactions;
    private final Counter found;

    ConnectionHoldGuard(TurnConfig config, TransactionManager transactions, MeterRegistry meters) {
        this.transactions = transactions;
        this.config = config;
        this.found =
                Counter.builder("parley.agent.connection.violations")
                        .description(
                                "Transactions or connections found held while an agent was"
                                        + " thinking; always 0")
                        .register(meters);
    }

    /** Runs the agent under watch. What was seen is told also where the agent failed. */
    void whileThinking(Runnable agent) {
        Watch watch = new Watch(false);
        assertNothingHeld(watch, "when the agent was called");
        try {
            ScopedValue.where(THINKING, watch).run(agent);
        } finally {
            report(watch);
        }
    }

    /** Looks around at a moment of the thinking, such as an event. */
    void assertNothingHeld(String moment) {
        if (THINKING.isBound()) {
            assertNothingHeld(THINKING.get(), moment);
        }
    }

    /**
     * Runs a tool, which may take connections, for its own short transactions; it has to bring them
     * back.
     */
    <T> T whileInTool(String tool, Supplier<T> use) {
        Watch watch = new Watch(true);
        assertNothingHeld(watch, "when tool " + tool + " was called");
        try {
            return ScopedValue.where(THINKING, watch).call(use::get);
        } finally {
            watch.noteWhatIsStillTaken("tool " + tool + " kept a connection");
            assertNothingHeld(watch, "when tool " + tool + " returned");
        }
    }

    @Override
    public void onConnectionAcquire(Connection connection) {
        // Throwing here would lose the connection to the pool: noted now, told at the next look
        if (THINKING.isBound()) {
            THINKING.get().taken();
        }
    }

    @Override
    public void onConnectionReturn(Connection connection) {
        if (THINKING.isBound()) {
            THINKING.get().returned();
        }
    }

    private void assertNothingHeld(Watch watch, String moment) {
        if (isTransactionOpen()) {
            watch.note("a transaction was open " + moment);
        }
        report(watch);
    }

    private boolean isTransactionOpen() {
        try {
            return transactions.getStatus() != Status.STATUS_NO_TRANSACTION;
        } catch (SystemException failure) {
            throw new IllegalStateException(
                    "The transaction manager does not tell its state", failure);
        }
    }

    private void report(Watch watch) {
        Optional<String> note = watch.take();
        if (note.isEmpty()) {
            return;
        }
        found.increment();
        IllegalStateException held =
                new IllegalStateException("While the agent was thinking, " + note.get());
        Log.error("G1 is broken: the code below holds the database while it waits", held);
        if (config.failOnHeldConnection()) {
            throw held;
        }
    }

    /** What was seen while one agent thinks, or one tool works. Only its own thread looks at it. */
    private static final class Watch {

        private final boolean mayTake;
        private Optional<String> seen = Optional.empty();
        private int taken;

        Watch(boolean mayTake) {
            this.mayTake = mayTake;
        }

        void taken() {
            taken++;
            if (!mayTake) {
                note("a connection was taken from the pool");
            }
        }

        void returned() {
            taken--;
        }

        void noteWhatIsStillTaken(String what) {
            if (taken > 0) {
                note(what);
            }
        }

        void note(String what) {
            seen = Optional.of(what);
        }

        Optional<String> take() {
            Optional<String> note = seen;
            seen = Optional.empty();
            return note;
        }
    }
}
