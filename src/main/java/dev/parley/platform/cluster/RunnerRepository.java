package dev.parley.platform.cluster;

import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;

/** All runners; purges runners that have long been dead. */
@ApplicationScoped
public class RunnerRepository implements Job {

    /**
     * Runners with a lease, for use inside of other statements; takes the parameter {@code lease},
     * in seconds. While the database itself was away no heartbeat could arrive, so its start counts
     * as a heartbeat of every runner.
     */
    public static final String LIVE_RUNNERS =
            """
            select id from runners
            where greatest(seen_at, pg_postmaster_start_time()) > clock_timestamp() - make_interval(secs => :lease)
            """
                    // No constant of the compiler's, of which each class would keep a copy
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
    public Duration lookEvery() {
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
                PreparedStatement forget =
                        connection.prepareStatement(
                                "delete from runners where seen_at < clock_timestamp() - interval"
                                        + " '1 day'")) {
            forget.executeUpdate();
        } catch (SQLException failure) {
            throw new IllegalStateException("Dead runners were not forgotten", failure);
        }
    }
}
