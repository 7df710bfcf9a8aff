package dev.parley.platform.cluster;

import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;

/** All runners; deletes the rows of runners without a heartbeat for a day. */
@ApplicationScoped
public class RunnerRepository implements Job {

    /**
     * Subquery for the ids of the runners with a valid lease; takes the parameters {@code lease}
     * and {@code observed}, in seconds: for how long the asking runner has been able to see
     * heartbeats ({@link RunnerLease#uninterrupted}). No heartbeat can arrive while the database is
     * away, so a runner has lost its lease only if the asking runner has observed its silence for a
     * whole lease. The start of the database counts as a heartbeat of every runner.
     */
    public static final String LIVE_RUNNERS =
            """
            select id from runners
            where :observed < :lease
                or greatest(seen_at, pg_postmaster_start_time()) > clock_timestamp() - make_interval(secs => :lease)
            """
                    // Not a compile-time constant, which the compiler would copy into each class
                    .strip();

    private final AgroalDataSource database;
    private final RunnerConfig config;

    RunnerRepository(AgroalDataSource database, RunnerConfig config) {
        this.database = database;
        this.config = config;
    }

    /** The lease in seconds, as {@link #LIVE_RUNNERS} takes it. */
    public double leaseSeconds() {
        return config.leaseDuration().toMillis() / 1_000.0;
    }

    /** How often to look for runners without a lease. */
    public Duration checkInterval() {
        return config.heartbeatInterval().compareTo(Duration.ofSeconds(1)) < 0
                ? Duration.ofSeconds(1)
                : config.heartbeatInterval();
    }

    @Override
    public String name() {
        return "purge-runners";
    }

    @Override
    public Duration interval() {
        return Duration.ofMinutes(10);
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(10);
    }

    /** A turn whose runner has no row is stranded like one whose runner has lost its lease. */
    @Override
    public void run(Deadline deadline) {
        try (Connection connection = database.getConnection();
                PreparedStatement delete =
                        connection.prepareStatement(
                                "delete from runners where seen_at < clock_timestamp() - interval"
                                        + " '1 day'")) {
            delete.executeUpdate();
        } catch (SQLException failure) {
            throw new IllegalStateException("Dead runners could not be deleted", failure);
        }
    }
}
