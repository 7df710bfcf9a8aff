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
 * Enforces G1 (docs/guarantees.md) at run time: a running agent holds no connection and no
 * transaction.
 *
 * <p>The guard checks when the agent or a tool is called, at each event of the agent, and whenever
 * the pool hands out a connection, since a connection could be acquired and returned between two
 * events. Violations are counted and logged; if {@code parley.turn.fail-on-held-connection} is set,
 * the turn fails as well.
 */
@Singleton
public class ConnectionHoldGuard implements AgroalPoolInterceptor {

    private static final ScopedValue<Observation> OBSERVATION = ScopedValue.newInstance();

    private final TurnConfig config;
    private final TransactionManager transactions;
    private final Counter violations;

    ConnectionHoldGuard(TurnConfig config, TransactionManager transactions, MeterRegistry meters) {
        this.transactions = transactions;
        this.config = config;
        this.violations =
                Counter.builder("parley.agent.connection.violations")
                        .description(
                                "Transactions or connections that were held while an agent was"
                                        + " thinking; must stay 0")
                        .register(meters);
    }

    /** Runs the agent and observes it. Violations are reported also if the agent fails. */
    public void whileThinking(Runnable agent) {
        Observation observation = new Observation(false);
        assertNothingHeld(observation, "when the agent was called");
        try {
            ScopedValue.where(OBSERVATION, observation).run(agent);
        } finally {
            report(observation);
        }
    }

    /** Checks at a given moment of the agent's run, such as an event; no check outside of a run. */
    void assertNothingHeld(String moment) {
        if (OBSERVATION.isBound()) {
            assertNothingHeld(OBSERVATION.get(), moment);
        }
    }

    /**
     * Runs a tool. A tool may acquire connections for its own short transactions and must return
     * the connections.
     */
    <T> T whileInTool(String tool, Supplier<T> execution) {
        Observation observation = new Observation(true);
        assertNothingHeld(observation, "when tool " + tool + " was called");
        try {
            return ScopedValue.where(OBSERVATION, observation).call(execution::get);
        } finally {
            observation.recordIfStillAcquired("tool " + tool + " kept a connection");
            assertNothingHeld(observation, "when tool " + tool + " returned");
        }
    }

    @Override
    public void onConnectionAcquire(Connection connection) {
        // Throwing here would leak the connection: record now, report at the next check
        if (OBSERVATION.isBound()) {
            OBSERVATION.get().onAcquire();
        }
    }

    @Override
    public void onConnectionReturn(Connection connection) {
        if (OBSERVATION.isBound()) {
            OBSERVATION.get().onReturn();
        }
    }

    private void assertNothingHeld(Observation observation, String moment) {
        if (isTransactionOpen()) {
            observation.recordViolation("a transaction was open " + moment);
        }
        report(observation);
    }

    private boolean isTransactionOpen() {
        try {
            return transactions.getStatus() != Status.STATUS_NO_TRANSACTION;
        } catch (SystemException failure) {
            throw new IllegalStateException("The transaction status cannot be read", failure);
        }
    }

    private void report(Observation observation) {
        Optional<String> found = observation.drain();
        if (found.isEmpty()) {
            return;
        }
        violations.increment();
        IllegalStateException violation =
                new IllegalStateException("While the agent was thinking, " + found.get());
        Log.error(
                "Guarantee G1 is violated: the code in this stack trace holds a connection or a"
                        + " transaction while an agent is thinking; release it first",
                violation);
        if (config.failOnHeldConnection()) {
            throw violation;
        }
    }

    /** What one run of an agent or of a tool acquired. Confined to the thread of the run. */
    private static final class Observation {

        private final boolean mayAcquire;
        private Optional<String> violation = Optional.empty();
        private int acquired;

        Observation(boolean mayAcquire) {
            this.mayAcquire = mayAcquire;
        }

        void onAcquire() {
            acquired++;
            if (!mayAcquire) {
                recordViolation("a connection was acquired from the pool");
            }
        }

        void onReturn() {
            acquired--;
        }

        void recordIfStillAcquired(String what) {
            if (acquired > 0) {
                recordViolation(what);
            }
        }

        void recordViolation(String what) {
            violation = Optional.of(what);
        }

        Optional<String> drain() {
            Optional<String> found = violation;
            violation = Optional.empty();
            return found;
        }
    }
}
