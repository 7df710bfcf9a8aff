package dev.parley.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.InProcess;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Wait;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.http.TestHTTPResource;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** A full pool takes no replica out: the others would fill up next. */
@ParleyTest
class FullPoolTest {

    @TestHTTPResource(management = true)
    URI management;

    @Inject AgroalDataSource pool;

    @ConfigProperty(name = "quarkus.datasource.jdbc.max-size")
    int poolSize;

    @Test
    void processIsReadyWhileItsPoolIsExhausted() throws Exception {
        List<Connection> held = new ArrayList<>();
        try {
            for (int i = 0; i < poolSize; i++) {
                held.add(pool.getConnection());
            }
            assertThat(pool.getMetrics().availableCount()).isZero();

            assertThat(ready()).isEqualTo(200);
            assertThat(ready()).isEqualTo(200);
        } finally {
            for (Connection connection : held) {
                connection.close();
            }
        }
        Wait.until(() -> pool.getMetrics().activeCount() == 0);
    }

    private int ready() {
        return Person.send(
                        HttpRequest.newBuilder(
                                        InProcess.management(management).resolve("/q/health/ready"))
                                .build())
                .status();
    }
}
