package dev.parley.ratelimit;

import dev.parley.platform.database.ConnectionBudget;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import javax.sql.DataSource;

/** Produces the bucket store that the configuration selects. */
class BucketStoreProducer {

    @Produces
    @Singleton
    BucketStore buckets(
            RateLimitConfig config,
            DataSource database,
            ConnectionBudget budget,
            Clock clock,
            MeterRegistry meters) {
        return switch (config.store()) {
            case MEMORY -> inMemory(config, meters);
            case DATABASE -> {
                budget.claim("rate limits", DatabaseBucketStore.MAX_CONNECTIONS);
                yield new DatabaseBucketStore(database, clock);
            }
        };
    }

    private static BucketStore inMemory(RateLimitConfig config, MeterRegistry meters) {
        InMemoryBucketStore buckets =
                new InMemoryBucketStore(config.maxBuckets(), TimeMeter.SYSTEM_NANOTIME);
        Gauge.builder("parley.ratelimit.buckets", buckets, InMemoryBucketStore::size)
                .description("Token buckets in memory")
                .register(meters);
        return buckets;
    }
}
