package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Postgres;
import jakarta.inject.Inject;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Buckets in PostgreSQL. */
@ParleyTest
class DatabaseBucketStoreTest extends BucketStoreContractTest {

    @Inject DataSource database;

    @Override
    BucketStore buckets() {
        return new DatabaseBucketStore(database, watch.clock());
    }

    /** Bucket4j removes by the system's time: what it wrote down comes nearer. */
    @Override
    void goOn(Duration by) {
        super.goOn(by);
        Postgres.database().change("update buckets set expires_at = expires_at - ?", by.toMillis());
    }

    @Test
    void writesNobodysNameDown() {
        buckets().consume(LimitedAction.FAILED_LOGINS, SEVEN_AN_HOUR, "name:ada-lovelace");

        assertThat(Postgres.database().texts("select id from buckets where id like '%ada%'"))
                .isEmpty();
    }
}
