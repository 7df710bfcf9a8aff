package dev.parley.turn.recovery;

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
import java.util.concurrent.TimeUnit;

/** Counts the approvals that nobody has decided, in all replicas together. */
@ApplicationScoped
class OpenApprovalsMonitor implements Job {

    private final ApprovalStore approvals;
    private volatile OpenApprovals open = OpenApprovals.NONE;

    OpenApprovalsMonitor(ApprovalStore approvals, MeterRegistry meters, Clock clock) {
        this.approvals = approvals;
        Gauge.builder("parley.approvals.open", () -> open.count())
                .description("Tool calls that wait for a person, of all replicas")
                .register(meters);
        TimeGauge.builder(
                        "parley.approvals.oldest.age",
                        () -> open.age(clock.instant()).toSeconds(),
                        TimeUnit.SECONDS)
                .description("How long the oldest tool call has been waiting for a person")
                .register(meters);
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
