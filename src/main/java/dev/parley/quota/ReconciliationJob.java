package dev.parley.quota;

import dev.parley.platform.identity.UserId;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Compares the counters of this month and of the last month with the ledger. Parley writes counter
 * and ledger in one transaction, so a difference means that something other than Parley changed the
 * tables.
 */
@ApplicationScoped
public class ReconciliationJob implements Job {

    private static final UUID BEFORE_FIRST_USER = new UUID(0, 0);
    private static final int BATCH_SIZE = 500;
    private static final int MAX_LISTED = 1_000;

    private final ReconciliationRepository repository;
    private final QuotaConfig config;
    private final Counter differences;
    private volatile UUID resumeAfter = BEFORE_FIRST_USER;

    ReconciliationJob(
            ReconciliationRepository repository, QuotaConfig config, MeterRegistry meters) {
        this.repository = repository;
        this.config = config;
        this.differences =
                Counter.builder("parley.quota.differences")
                        .description("Counters that differed from the ledger")
                        .register(meters);
    }

    @Override
    public String name() {
        return "reconcile-quotas";
    }

    @Override
    public Duration interval() {
        return config.reconcileInterval();
    }

    @Override
    public Duration timeout() {
        return Duration.ofMinutes(1);
    }

    @Override
    public boolean oncePerCluster() {
        return true;
    }

    /** Continues after the last user of the previous run if the previous run ran out of time. */
    @Override
    public void run(Deadline deadline) {
        Report report = reconcile(resumeAfter, deadline);
        if (!report.isComplete()) {
            Log.warnf(
                    "Reconciliation ran out of time after %d quotas; the next run continues"
                            + " after user %s",
                    report.compared(), report.last());
        }
    }

    /** Compares all counters, or as many as the deadline allows. */
    public Report reconcile(Deadline deadline) {
        return reconcile(BEFORE_FIRST_USER, deadline);
    }

    private Report reconcile(UUID after, Deadline deadline) {
        List<Difference> listed = new ArrayList<>();
        int found = 0;
        int compared = 0;
        UUID last = after;
        while (!deadline.hasPassed()) {
            ReconciliationRepository.Batch batch = repository.compare(last, BATCH_SIZE);
            compared += batch.compared();
            for (ReconciliationRepository.Mismatch mismatch : batch.mismatches()) {
                Optional<Difference> difference = verify(mismatch);
                difference.ifPresent(this::report);
                found += difference.isPresent() ? 1 : 0;
                difference.filter(ignored -> listed.size() < MAX_LISTED).ifPresent(listed::add);
            }
            resumeAfter = batch.isLast() ? BEFORE_FIRST_USER : batch.last();
            if (batch.isLast()) {
                return new Report(compared, listed, found, BEFORE_FIRST_USER, true);
            }
            last = batch.last();
        }
        return new Report(compared, listed, found, last, false);
    }

    /** A failure is logged and does not stop the comparison of the other counters. */
    private Optional<Difference> verify(ReconciliationRepository.Mismatch mismatch) {
        try {
            return repository.correct(mismatch, isRepairEnabled());
        } catch (RuntimeException failure) {
            Log.warnf(
                    failure,
                    "Could not compare the quota of user %s with the ledger; the next run retries",
                    mismatch.user());
            return Optional.empty();
        }
    }

    private boolean isRepairEnabled() {
        return config.onDifference() == QuotaConfig.OnDifference.REPAIR;
    }

    private void report(Difference difference) {
        differences.increment();
        Log.warnf(
                "The counter of user %s for %s has %s, but the ledger has %s: %s",
                difference.user(),
                difference.month(),
                difference.counted(),
                difference.written(),
                difference.repaired() ? "repaired" : "not changed");
    }

    /**
     * The result of a reconciliation.
     *
     * @param compared number of counters that were compared
     * @param differences the first 1000 differences
     * @param found number of all differences
     * @param last the last user that was compared; the zero UUID if the reconciliation is complete
     * @param isComplete whether all counters were compared before the deadline
     */
    public record Report(
            int compared, List<Difference> differences, int found, UUID last, boolean isComplete) {

        public Report {
            differences = List.copyOf(differences);
        }
    }

    /**
     * A counter that differs from the ledger.
     *
     * @param counted by the counter
     * @param written the sum of the charges in the ledger
     */
    public record Difference(
            UserId user, Month month, Amounts counted, Amounts written, boolean repaired) {}

    /**
     * What a user has used in a month.
     *
     * @param cost in millionths of the currency
     */
    public record Amounts(int queries, long tokens, long cost) {

        static final Amounts NONE = new Amounts(0, 0, 0);

        @Override
        public String toString() {
            return "%d queries, %d tokens and a cost of %s"
                    .formatted(queries, tokens, Money.of(cost).toPlainString());
        }
    }
}
