package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.ratelimit.RateLimitConfig.Store;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who removes buckets: whoever keeps them. */
class RateLimitCleanupJobTest {

    private static final Path OF_THE_APPLICATION =
            Path.of("src/main/resources/application.properties");

    @Test
    void isLeftToOneReplicaWhereBucketsAreShared() throws IOException {
        assertThat(job(Store.DATABASE).oncePerCluster()).isTrue();
    }

    @Test
    void isDoneByEachReplicaWhereEachKeepsItsOwnBuckets() throws IOException {
        assertThat(job(Store.MEMORY).oncePerCluster()).isFalse();
    }

    private static RateLimitCleanupJob job(Store store) throws IOException {
        BucketStore buckets = new InMemoryBucketStore(1_000, new MovableTime());
        return new RateLimitCleanupJob(buckets, config(store), new SimpleMeterRegistry());
    }

    private static RateLimitConfig config(Store store) throws IOException {
        SmallRyeConfig config =
                new SmallRyeConfigBuilder()
                        .addDiscoveredConverters()
                        .withMapping(RateLimitConfig.class)
                        .withMappingIgnore("**")
                        .withSources(
                                new PropertiesConfigSource(
                                        Map.of("parley.ratelimit.store", store.name()),
                                        "of the test",
                                        1_000),
                                new PropertiesConfigSource(OF_THE_APPLICATION.toUri().toURL()))
                        .build();
        return config.getConfigMapping(RateLimitConfig.class);
    }
}
