package dev.parley.platform.database.groupcommit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.platform.database.CapacityExceeded;
import dev.parley.testing.Wait;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.transaction.RollbackException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who shares a transaction with whom, without a database: BatchingTurnStoreTest has one. */
class GroupCommitTest {

    private static final UUID ADA = new UUID(0, 1);
    private static final UUID BOB = new UUID(0, 2);

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final RecordingHandler desk = new RecordingHandler();
    private Duration stuckAfter = Duration.ofMinutes(1);

    @Test
    void takesStepThatComesAloneAtOnce() {
        desk.open();

        assertThat(gathering(64, 1, 100, Duration.ofMinutes(1)).submit(ADA, "a")).isEqualTo("A");
        assertThat(desk.together).containsExactly(List.of("a"));
    }

    @Test
    void letsStepsShareThatComeWhileTransactionIsAtWork() {
        GroupCommit<String, String> groupCommit = gathering(3, 1, 100, Duration.ofMinutes(1));
        List<CompletableFuture<String>> taken = new ArrayList<>(behindTheFirst(groupCommit));
        for (String step : List.of("b", "c", "d", "e")) {
            taken.add(later(groupCommit, UUID.randomUUID(), step));
            waitFor(taken.size());
        }

        desk.open();

        assertThat(taken).extracting(CompletableFuture::join).contains("B", "C", "D", "E");
        assertThat(desk.together)
                .containsExactly(List.of("first"), List.of("b", "c", "d"), List.of("e"));
    }

    @Test
    void letsNobodyWaitForThousandStepsOfAnother() {
        GroupCommit<String, String> groupCommit = gathering(64, 1, 2_000, Duration.ofMinutes(1));
        List<CompletableFuture<String>> taken = new ArrayList<>(behindTheFirst(groupCommit));
        IntStream.range(0, 1_000)
                .forEach(number -> taken.add(later(groupCommit, ADA, "ada" + number)));
        waitFor(taken.size());
        taken.add(later(groupCommit, BOB, "bob"));
        waitFor(taken.size());

        desk.open();
        taken.forEach(CompletableFuture::join);

        assertThat(desk.together.get(1)).hasSize(2).contains("bob");
        assertThat(desk.together).hasSize(1_001);
    }

    @Test
    void triesEachStepAloneWhereTheyFailTogether() {
        GroupCommit<String, String> groupCommit = gathering(64, 1, 100, Duration.ofMinutes(1));
        List<CompletableFuture<String>> taken = new ArrayList<>(behindTheFirst(groupCommit));
        taken.add(later(groupCommit, ADA, "poison"));
        taken.add(later(groupCommit, BOB, "b"));
        waitFor(taken.size());

        desk.open();

        assertThat(taken.get(2).join()).isEqualTo("B");
        assertThatThrownBy(() -> taken.get(1).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(desk.alone).containsExactlyInAnyOrder("poison", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"away", "unknown", "no connection"})
    void tellsAllAndTriesNoneAloneWhereFailureIsNobodysFault(String failing) {
        GroupCommit<String, String> groupCommit = gathering(64, 1, 100, Duration.ofMinutes(1));
        List<CompletableFuture<String>> taken = new ArrayList<>(behindTheFirst(groupCommit));
        taken.add(later(groupCommit, ADA, failing));
        taken.add(later(groupCommit, BOB, "b"));
        waitFor(taken.size());

        desk.open();

        assertThat(taken.subList(1, 3))
                .allSatisfy(step ->
                        assertThatThrownBy(step::join)
                                .hasRootCauseInstanceOf(
                                        RecordingHandler.failure(failing).getClass()));
        assertThat(desk.alone).isEmpty();
    }

    @Test
    void refusesOneStepAndDoesItsNeighbours() {
        GroupCommit<String, String> groupCommit = gathering(64, 1, 100, Duration.ofMinutes(1));
        List<CompletableFuture<String>> taken = new ArrayList<>(behindTheFirst(groupCommit));
        taken.add(later(groupCommit, ADA, "refuse"));
        taken.add(later(groupCommit, BOB, "apart"));
        taken.add(later(groupCommit, UUID.randomUUID(), "c"));
        waitFor(taken.size());

        desk.open();

        assertThatThrownBy(() -> taken.get(1).join())
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(taken.get(2).join()).isEqualTo("APART");
        assertThat(taken.get(3).join()).isEqualTo("C");
        assertThat(desk.alone).containsExactly("apart");
    }

    @Test
    void triesNothingAgainThatIsCommitted() {
        GroupCommit<String, String> groupCommit = gathering(64, 1, 100, Duration.ofMinutes(1));
        List<CompletableFuture<String>> taken = new ArrayList<>(behindTheFirst(groupCommit));
        taken.add(later(groupCommit, ADA, "a"));
        waitFor(taken.size());
        taken.add(later(groupCommit, BOB, "silent"));
        waitFor(taken.size());

        desk.open();

        assertThatThrownBy(() -> taken.get(2).join())
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(taken.get(1).join()).isEqualTo("A");
        assertThat(desk.alone).isEmpty();
    }

    @Test
    void givesUpStepThatIsNotBegunInTime() {
        GroupCommit<String, String> groupCommit = gathering(64, 1, 100, Duration.ofMillis(50));
        List<CompletableFuture<String>> taken = new ArrayList<>(behindTheFirst(groupCommit));

        assertThatThrownBy(() -> groupCommit.submit(ADA, "late"))
                .isInstanceOf(CapacityExceeded.class);
        desk.open();

        assertThat(taken.getFirst().join()).isEqualTo("FIRST");
        assertThat(groupCommit.submit(BOB, "b")).isEqualTo("B");
        assertThat(desk.together).containsExactly(List.of("first"), List.of("b"));
    }

    @Test
    void hasRoomAgainWhereStepWasGivenUp() {
        GroupCommit<String, String> groupCommit = gathering(64, 1, 1, Duration.ofMillis(50));
        List<CompletableFuture<String>> taken = new ArrayList<>(behindTheFirst(groupCommit));
        assertThatThrownBy(() -> groupCommit.submit(ADA, "late"))
                .isInstanceOf(CapacityExceeded.class);

        assertThatThrownBy(() -> groupCommit.submit(BOB, "later"))
                .isInstanceOf(CapacityExceeded.class)
                .hasMessageContaining("waited too long");

        desk.open();
        assertThat(taken.getFirst().join()).isEqualTo("FIRST");
    }

    @Test
    void triesNoStepAgainThatFailedAlone() {
        GroupCommit<String, String> groupCommit = gathering(64, 1, 100, Duration.ofMinutes(1));

        assertThatThrownBy(() -> groupCommit.submit(ADA, "poison"))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(desk.together).containsExactly(List.of("poison"));
        assertThat(desk.alone).isEmpty();
    }

    @Test
    void goesOnWhileTransactionIsStuck() {
        stuckAfter = Duration.ofMillis(20);
        GroupCommit<String, String> groupCommit = gathering(64, 1, 100, Duration.ofMinutes(1));
        List<CompletableFuture<String>> taken = new ArrayList<>(behindTheFirst(groupCommit));

        assertThat(groupCommit.submit(ADA, "a")).isEqualTo("A");
        assertThat(taken.getFirst()).isNotDone();
        desk.open();

        assertThat(taken.getFirst().join()).isEqualTo("FIRST");
    }

    @Test
    void refusesStepBeyondThoseThatMayWait() {
        GroupCommit<String, String> groupCommit = gathering(64, 1, 1, Duration.ofMinutes(1));
        List<CompletableFuture<String>> taken = new ArrayList<>(behindTheFirst(groupCommit));
        taken.add(later(groupCommit, ADA, "second"));
        waitFor(2);

        assertThatThrownBy(() -> groupCommit.submit(BOB, "third"))
                .isInstanceOf(CapacityExceeded.class);
        desk.open();

        assertThat(taken).extracting(CompletableFuture::join).containsExactly("FIRST", "SECOND");
    }

    @Test
    void keepsInterruptUntilStepIsCommitted() {
        GroupCommit<String, String> groupCommit = gathering(64, 1, 100, Duration.ofMinutes(1));
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread caller =
                Thread.ofVirtual()
                        .start(() -> {
                            boolean told = groupCommit.submit(ADA, "first").equals("FIRST");
                            interrupted.complete(told && Thread.interrupted());
                        });
        Wait.until(() -> desk.atWork());

        caller.interrupt();
        desk.open();

        assertThat(interrupted.join()).isTrue();
    }

    private GroupCommit<String, String> gathering(
            int most, int mostOfOne, int maxWaiting, Duration waitAtMost) {
        return new GroupCommit<>(
                "test",
                1,
                mostOfOne,
                desk,
                new Semaphore(1),
                new GroupCommitSettings(most, maxWaiting, waitAtMost, stuckAfter, 1),
                meters);
    }

    /** Everybody else comes while this one is at work. */
    private List<CompletableFuture<String>> behindTheFirst(
            GroupCommit<String, String> groupCommit) {
        CompletableFuture<String> first = later(groupCommit, UUID.randomUUID(), "first");
        Wait.until(() -> desk.atWork());
        return List.of(first);
    }

    private void waitFor(int steps) {
        Wait.until(() -> meters.get("parley.group.commit.queued").gauge().value() == steps);
    }

    private static CompletableFuture<String> later(
            GroupCommit<String, String> groupCommit, UUID id, String step) {
        return CompletableFuture.supplyAsync(
                () -> groupCommit.submit(id, step), task -> Thread.ofVirtual().start(task));
    }

    /** Says everything loudly; the first has to wait until its door is opened. */
    private static final class RecordingHandler implements BatchHandler<String, String> {

        private final List<List<String>> together = Collections.synchronizedList(new ArrayList<>());
        private final List<String> alone = Collections.synchronizedList(new ArrayList<>());
        private final Semaphore door = new Semaphore(0);

        void open() {
            door.release(Integer.MAX_VALUE);
        }

        boolean atWork() {
            return !together.isEmpty();
        }

        @Override
        public List<BatchOutcome<String>> executeBatch(List<String> steps) {
            together.add(steps);
            if (steps.contains("first")) {
                door.acquireUninterruptibly();
            }
            if (steps.contains("poison")) {
                throw new IllegalArgumentException("poison");
            }
            for (String failing : List.of("away", "unknown", "no connection")) {
                if (steps.contains(failing)) {
                    throw new IllegalStateException(failure(failing));
                }
            }
            return steps.stream()
                    .filter(step -> !step.equals("silent"))
                    .map(RecordingHandler::outcome)
                    .toList();
        }

        /** Away, or ended nobody knows how, or not even begun. */
        private static Exception failure(String failing) {
            return switch (failing) {
                case "away" -> new SQLException("gone", "08006");
                case "unknown" -> {
                    RollbackException rolledBack = new RollbackException();
                    rolledBack.addSuppressed(new SQLException("canceled", "57014"));
                    yield rolledBack;
                }
                default -> new SQLTransientConnectionException("acquisition timeout");
            };
        }

        private static BatchOutcome<String> outcome(String step) {
            return switch (step) {
                case "refuse" -> new BatchOutcome.Rejected<>(new IllegalStateException("refused"));
                case "apart" -> new BatchOutcome.RetryAlone<>();
                default -> new BatchOutcome.Completed<>(loud(step));
            };
        }

        @Override
        public String executeSingle(String step) {
            alone.add(step);
            if (step.equals("poison")) {
                throw new IllegalArgumentException("poison");
            }
            return loud(step);
        }

        private static String loud(String step) {
            return step.toUpperCase(java.util.Locale.ROOT);
        }
    }
}
