package dev.parley.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Load;
import dev.parley.testing.ModelStub;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ProcessMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mixed traffic for a while: what the process takes does not grow. 40 seconds in {@code verify}, 30
 * minutes with {@code -Psoak}; the readings are in {@code target/soak.tsv} and {@code
 * target/soak.svg}.
 */
class SoakIT {

    private static final Duration LENGTH =
            Duration.ofSeconds(Long.parseLong(System.getProperty("parley.soak.seconds", "40")));

    @Test
    @Timeout(value = 45, unit = TimeUnit.MINUTES)
    void processStaysAsItIsUnderLoad(@TempDir Path folder) throws Exception {
        ModelStub model = new ModelStub();
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"));
                ParleyProcess parley =
                        ParleyProcess.started(settings(postgres, model)).listening();
                Load traffic = Load.to(parley)) {
            ProcessMetrics readings =
                    ProcessMetrics.of(parley, () -> postgres.database().sessions(), LENGTH);
            traffic.stop();
            readings.write(Path.of("target/soak.tsv"), Path.of("target/soak.svg"), traffic.count());

            assertThat(traffic.count()).isGreaterThan(LENGTH.toSeconds());
            assertThat(traffic.surprises()).isEmpty();
            assertThat(parley.metric("parley_agent_connection_violations_total")).isZero();
            // Against the time right after the warming up; threads and files come and go by some
            assertThat(readings.growth(ProcessMetrics.Kind.RESIDENT)).isLessThan(0.15);
            assertThat(readings.growth(ProcessMetrics.Kind.LIVE_HEAP)).isLessThan(0.15);
            assertThat(readings.rise(ProcessMetrics.Kind.THREADS)).isLessThan(12);
            assertThat(readings.rise(ProcessMetrics.Kind.FILES)).isLessThan(40);
            assertThat(readings.rise(ProcessMetrics.Kind.SESSIONS)).isLessThan(4);
        } finally {
            model.stop();
        }
    }

    /**
     * The whole heap is taken at once, so that what grows is not the heap; and all compilers are at
     * work, as they are in production: these options come after those of the command line.
     */
    private static Map<String, String> settings(OwnPostgres postgres, ModelStub model) {
        Map<String, String> settings = new HashMap<>();
        settings.putAll(model.environment());
        settings.putAll(postgres.environment());
        settings.put("PARLEY_QUOTA_PLANS_FREE_LIMIT", "1000000");
        settings.put("PARLEY_WARM_UP_ROUNDS", "");
        settings.put(
                "_JAVA_OPTIONS", "-Xms256m -Xmx256m -XX:+AlwaysPreTouch -XX:TieredStopAtLevel=4");
        return settings;
    }
}
