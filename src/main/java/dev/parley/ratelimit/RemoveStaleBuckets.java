package dev.parley.ratelimit;

import dev.parley.background.Deadline;
import dev.parley.background.Job;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Removes the buckets of whoever has not come for so long that they are full again. */
@ApplicationScoped
class RemoveStaleBuckets implements Job {

    private final Buckets buckets;
    private final RateLimitConfig config;
    private final Counter removed;

    RemoveStaleBuckets(Buckets buckets, RateLimitConfig config, MeterRegistry meters) {
        this.buckets = buckets;
        this.config = config;
        this.removed =
                Counter.builder("parley.ratelimit.buckets.removed")
                        .description("Token buckets that were full again, and removed")
                        .register(meters);
    }

    @Override
    public String name() {
        return "remove-stale-buckets";
    }

    @Override
    public Duration interval() {
        return Duration.ofMinutes(5);
    }

    @Override
    public Duration limit() {
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
