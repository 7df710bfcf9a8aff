package dev.parley.ratelimit;

import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/**
 * Removes full token buckets, whose callers have made no request for a while. {@code
 * JobScheduler.start(@Observes StartupEvent)} schedules the job.
 */
@ApplicationScoped
class RateLimitCleanupJob implements Job {

    private final BucketStore buckets;
    private final RateLimitConfig config;
    private final Counter removed;

    RateLimitCleanupJob(BucketStore buckets, RateLimitConfig config, MeterRegistry meters) {
        this.buckets = buckets;
        this.config = config;
        this.removed =
                Counter.builder("parley.ratelimit.buckets.removed")
                        .description("Token buckets that were removed because they were full again")
                        .register(meters);
    }

    @Override
    public String name() {
        return "rate-limit-cleanup";
    }

    @Override
    public Duration interval() {
        return Duration.ofMinutes(5);
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(30);
    }

    @Override
    public boolean oncePerCluster() {
        return config.store() == RateLimitConfig.Store.DATABASE;
    }

    @Override
    public void run(Deadline deadline) {
        removed.increment(buckets.removeStale(deadline));
    }
}
