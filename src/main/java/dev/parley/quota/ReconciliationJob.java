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
 * Compares each counter with the rows of the ledger that it stands for, this month's and the last
 * one's. The two are written in one transaction, so there is nothing to find unless somebody, or
 * something, wrote past Parley.
 */
@ApplicationScoped
public class ReconciliationJob implements Job {

    private static final UUID BEFORE_ALL = new UUID(0, 0);
    private static final int BATCH_SIZE = 500;
    private static final int MAX_LOGGED = 1_000;

    private final ReconciliationRepository reckoning;
    private final QuotaConfig config;
    private final Counter differences;
    private volatile UUID goesOnBehind = BEFORE_ALL;

    ReconciliationJob(
            ReconciliationRepository reckoning, QuotaConfig config, MeterRegistry meters) {
        this.reckoning = reckoning;
        this.config = config;
        this.differences =
                Counter.builder("parley.quota.differences")
                        .description("Counters that the ledger contradicted")
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

    /** Goes on where the last run had to stop. */
    @Override
    public void run(Deadline deadline) {
        Report report = reconcile(goesOnBehind, deadline);
        if (!report.isComplete()) {
            Log.warnf(
                    "There was time to compare %d quotas with the ledger; the next run goes on"
                            + " behind user %s",
                    report.compared(), report.last());
        }
    }

    /** Compares all, or as many as there is time for. */
    public Report reconcile(Deadline deadline) {
        return reconcile(BEFORE_ALL, deadline);
    }

    private Report reconcile(UUID behind, Deadline deadline) {
        List<Difference> first = new ArrayList<>();
        int found = 0;
        int compared = 0;
        UUID last = behind;
        while (!deadline.hasPassed()) {
            ReconciliationRepository.Batch batch = reckoning.compare(last, BATCH_SIZE);
            compared += batch.compared();
            for (ReconciliationRepository.Mismatch suspect : batch.suspects()) {
                Optional<Difference> difference = settled(suspect);
                difference.ifPresent(this::tell);
                found += difference.isPresent() ? 1 : 0;
                difference.filter(item -> first.size() < MAX_LOGGED).ifPresent(first::add);
            }
            goesOnBehind = batch.isLast() ? BEFORE_ALL : batch.last();
            if (batch.isLast()) {
                return new Report(compared, first, found, BEFORE_ALL, true);
            }
            last = batch.last();
        }
        return new Report(compared, first, found, last, false);
    }

    /** A counter that cannot be checked just now does not stop the others. */
    private Optional<Difference> settled(ReconciliationRepository.Mismatch suspect) {
        try {
            return reckoning.correct(suspect, repairs());
        } catch (RuntimeException failure) {
            Log.warnf(
                    failure,
                    "The quota of user %s could not be compared; the next run does",
                    suspect.user());
            return Optional.empty();
        }
    }

    private boolean repairs() {
        return config.onDifference() == QuotaConfig.OnDifference.REPAIR;
    }

    private void tell(Difference difference) {
        differences.increment();
        Log.warnf(
                "The quota of user %s for %s says %d, and the ledger has %d: %s",
                difference.user(),
                difference.month(),
                difference.counted(),
                difference.written(),
                difference.repaired() ? "repaired" : "left as it is");
    }

    /**
     * What was found.
     *
     * @param compared counters that were looked at
     * @param differences the first of them
     * @param found how many there were
     * @param last the last user that there was time for; before all users where all were compared
     * @param isComplete whether there was time for all
     */
    public record Report(
            int compared, List<Difference> differences, int found, UUID last, boolean isComplete) {

        public Report {
            differences = List.copyOf(differences);
        }
    }

    /** A counter that the ledger contradicts. */
    public record Difference(
            UserId user, Month month, int counted, int written, boolean repaired) {}
}
