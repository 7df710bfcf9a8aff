package dev.parley.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.OwnPostgres;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Replicas;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two real processes that share their buckets in PostgreSQL. */
class SharedBucketsIT {

    @Test
    void letExactlyBurstThroughAtBothReplicasTogether(@TempDir Path folder) throws Exception {
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"));
                Replicas replicas =
                        new Replicas(
                                postgres.port(),
                                Map.of(
                                        "PARLEY_RATELIMIT_ENABLED", "true",
                                        "PARLEY_RATELIMIT_STORE", "database",
                                        "PARLEY_RATELIMIT_REQUESTS_LIMIT", "1",
                                        "PARLEY_RATELIMIT_REQUESTS_WINDOW", "1H",
                                        "PARLEY_RATELIMIT_REQUESTS_BURST", "25"))) {
            String token = replicas.newcomer();
            List<Callable<ApiResponse>> requests = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                int number = i;
                requests.add(() -> replicas.of(number).get("/api/tasks", token));
            }

            List<ApiResponse> answers = Person.atOnce(requests);

            assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(25);
            assertThat(answers)
                    .filteredOn(answer -> answer.status() != 200)
                    .allSatisfy(answer -> assertThat(answer.code()).isEqualTo("rate_limited"));
            assertThat(postgres.database().count("select count(*) from buckets")).isPositive();
        }
    }
}
