package dev.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.BalancedClient;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.Replicas;
import dev.parley.testing.Wait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both replicas are replaced, one after the other, while clients wait for long turns. */
class RolloutIT {

    private static final int CLIENTS = 500;
    private static final int ACCOUNTS = 50;
    private static final Duration TURN = Duration.ofSeconds(8);

    @Test
    void losesNoRequestAndNoTurn(@TempDir Path folder) throws Exception {
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"));
                Replicas replicas = new Replicas(postgres.port(), Map.of());
                Service service = new Service(List.of(replicas.first(), replicas.second()))) {
            List<String> tokens = Stream.generate(replicas::newcomer).limit(ACCOUNTS).toList();
            Wait.until(() -> service.isReady(replicas.first(), replicas.second()));
            List<BalancedClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(
                        BalancedClient.chatting(
                                service::readyPort, tokens.get(i % ACCOUNTS), TURN));
            }
            Wait.until(() -> postgres.database().turns("running") == CLIENTS);

            ParleyProcess old = replicas.first();
            old.tellToStop();
            assertThat(old.exitCode()).isEqualTo(143);
            replicas.restartFirst();
            service.replace(old, replicas.first());
            Wait.until(() -> service.isReady(replicas.first(), replicas.second()));
            old = replicas.second();
            old.tellToStop();
            assertThat(old.exitCode()).isEqualTo(143);
            clients.forEach(BalancedClient::stop);
            for (BalancedClient client : clients) {
                client.join();
            }

            assertThat(clients).flatExtracting(BalancedClient::failures).isEmpty();
            assertThat(
                            postgres.database()
                                    .texts("select content from messages where role = 'assistant'"))
                    .hasSizeGreaterThanOrEqualTo(2 * CLIENTS)
                    .containsExactlyInAnyOrderElementsOf(
                            clients.stream().flatMap(client -> client.replies().stream()).toList());
            assertThat(
                            postgres.database()
                                    .count(
                                            "select count(*) from turns where status <>"
                                                    + " 'succeeded'"))
                    .isZero();
            System.out.printf(
                    "%d turns, %d requests were repeated%n",
                    clients.stream().mapToInt(client -> client.replies().size()).sum(),
                    clients.stream().mapToInt(BalancedClient::repetitions).sum());
        }
    }

    /** Knows which replicas are ready, a moment later than they do. */
    private static final class Service implements AutoCloseable {

        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        private final AtomicInteger next = new AtomicInteger();
        private volatile List<ParleyProcess> replicas;
        private volatile List<ParleyProcess> ready = List.of();

        Service(List<ParleyProcess> replicas) {
            this.replicas = replicas;
            var _ = timer.scheduleWithFixedDelay(this::look, 0, 200, TimeUnit.MILLISECONDS);
        }

        private void look() {
            ready = replicas.stream().filter(replica -> replica.probe("ready") == 200).toList();
        }

        void replace(ParleyProcess old, ParleyProcess replica) {
            replicas =
                    replicas.stream()
                            .map(present -> present.equals(old) ? replica : present)
                            .toList();
        }

        boolean isReady(ParleyProcess... all) {
            return ready.containsAll(List.of(all));
        }

        int readyPort() {
            List<ParleyProcess> targets = ready;
            return targets.get(Math.floorMod(next.getAndIncrement(), targets.size())).port();
        }

        @Override
        public void close() {
            timer.shutdownNow();
        }
    }
}
