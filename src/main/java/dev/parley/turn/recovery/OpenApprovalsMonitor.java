package dev.parley.turn.recovery;

import dev.parley.agent.approval.Approver;
import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import dev.parley.turn.store.ApprovalStore;
import dev.parley.turn.store.ApprovalStore.OpenApprovals;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Counts the approvals that nobody has decided, in all replicas together. */
@ApplicationScoped
class OpenApprovalsMonitor implements Job {

    private final ApprovalStore approvals;
    private final Clock clock;
    private volatile Map<Approver, OpenApprovals> open = Map.of();

    OpenApprovalsMonitor(ApprovalStore approvals, MeterRegistry meters, Clock clock) {
        this.approvals = approvals;
        this.clock = clock;
        for (Approver approver : Approver.values()) {
            register(approver, meters);
        }
    }

    private void register(Approver approver, MeterRegistry meters) {
        String tag = approver.name().toLowerCase(Locale.ROOT);
        Gauge.builder("parley.approvals.open", () -> open(approver).count())
                .description("Tool calls that wait for a person, of all replicas")
                .tag("approver", tag)
                .register(meters);
        TimeGauge.builder(
                        "parley.approvals.oldest.age",
                        () -> open(approver).age(clock.instant()).toSeconds(),
                        TimeUnit.SECONDS)
                .description("How long the oldest tool call has been waiting for a person")
                .tag("approver", tag)
                .register(meters);
    }

    private OpenApprovals open(Approver approver) {
        return open.getOrDefault(approver, OpenApprovals.NONE);
    }

    @Override
    public String name() {
        return "count-open-approvals";
    }

    @Override
    public Duration interval() {
        return Duration.ofSeconds(30);
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(5);
    }

    @Override
    public void run(Deadline deadline) {
        open = approvals.countOpen();
    }
}
