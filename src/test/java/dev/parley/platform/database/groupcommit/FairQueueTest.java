package dev.parley.platform.database.groupcommit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** In which order steps are handed out, and how many of whom. */
class FairQueueTest {

    private static final UUID ADA = new UUID(0, 1);
    private static final UUID BOB = new UUID(0, 2);
    private static final UUID EVE = new UUID(0, 3);

    @Test
    void handsOutOwnersInTurns() {
        FairQueue<String, String> line = new FairQueue<>(1);
        add(line, ADA, "a1", "a2", "a3");
        add(line, BOB, "b1", "b2");

        assertThat(next(line, 1)).containsExactly("a1");
        assertThat(next(line, 1)).containsExactly("b1");
        assertThat(next(line, 1)).containsExactly("a2");
        assertThat(next(line, 1)).containsExactly("b2");
        assertThat(next(line, 1)).containsExactly("a3");
        assertThat(next(line, 1)).isEmpty();
    }

    @Test
    void letsNewcomerInBeforeOwnerWhoHasHadTheirTurn() {
        FairQueue<String, String> line = new FairQueue<>(1);
        add(line, ADA, "a1", "a2");

        assertThat(next(line, 1)).containsExactly("a1");
        add(line, EVE, "e1");
        add(line, ADA, "a3");

        assertThat(next(line, 2)).containsExactly("a2", "e1");
    }

    @Test
    void handsOutNoMoreOfOneOwnerAtOnceThanAllowed() {
        FairQueue<String, String> line = new FairQueue<>(2);
        add(line, ADA, "a1", "a2", "a3", "a4", "a5");
        add(line, BOB, "b1");

        assertThat(next(line, 64)).containsExactly("a1", "b1", "a2");
        assertThat(next(line, 64)).containsExactly("a3", "a4");
        assertThat(next(line, 64)).containsExactly("a5");
    }

    @Test
    void handsOutNoMoreInAllThanAskedFor() {
        FairQueue<String, String> line = new FairQueue<>(2);
        add(line, ADA, "a1", "a2");
        add(line, BOB, "b1", "b2");

        assertThat(next(line, 3)).containsExactly("a1", "b1", "a2");
        assertThat(next(line, 3)).containsExactly("b2");
    }

    @Test
    void knowsItsLengthThroughAllThatComesAndGoes() {
        FairQueue<String, String> line = new FairQueue<>(1);
        List<BatchItem<String, String>> added = add(line, ADA, "a1", "a2", "a3");
        add(line, BOB, "b1");
        assertThat(line.length()).isEqualTo(4);

        line.remove(added.get(1));
        assertThat(line.length()).isEqualTo(3);
        line.remove(added.get(1));
        assertThat(line.length()).isEqualTo(3);

        assertThat(next(line, 64)).containsExactly("a1", "b1");
        assertThat(line.length()).isEqualTo(1);
        line.remove(added.getFirst());
        assertThat(line.length()).isEqualTo(1);
        assertThat(next(line, 64)).containsExactly("a3");
        assertThat(line.length()).isZero();
    }

    @Test
    void handsOutNothingOfOwnerWhoseOnlyStepWasTakenOut() {
        FairQueue<String, String> line = new FairQueue<>(1);
        List<BatchItem<String, String>> added = add(line, ADA, "a1");
        add(line, BOB, "b1");

        line.remove(added.getFirst());

        assertThat(next(line, 1)).containsExactly("b1");
        assertThat(next(line, 1)).isEmpty();
    }

    @Test
    void handsOutStepsWithAnExclusiveValueOneAfterTheOther() {
        FairQueue<String, String> line = new FairQueue<>(64);
        add(line, Set.of("conversation"), ADA, "a1", "a2");
        add(line, ADA, "a3");
        add(line, Set.of("conversation"), BOB, "b1");

        assertThat(next(line, 64)).containsExactly("a1", "b1");
        assertThat(next(line, 64)).containsExactly("a2", "a3");
        assertThat(next(line, 64)).isEmpty();
    }

    @Test
    void handsOutFirstStepsOfAllBeforeSecondStepsOfOne() {
        FairQueue<String, String> line = new FairQueue<>(64);
        add(line, ADA, "a1", "a2", "a3", "a4");
        add(line, BOB, "b1");
        add(line, EVE, "e1");

        assertThat(next(line, 4)).containsExactly("a1", "b1", "e1", "a2");
        assertThat(next(line, 4)).containsExactly("a3", "a4");
    }

    private static List<BatchItem<String, String>> add(
            FairQueue<String, String> line, UUID id, String... steps) {
        return add(line, Set.of(), id, steps);
    }

    private static List<BatchItem<String, String>> add(
            FairQueue<String, String> line, Set<String> exclusive, UUID id, String... steps) {
        return List.of(steps).stream()
                .map(step ->
                        new BatchItem<String, String>("test", id, exclusive, step, Long.MAX_VALUE))
                .peek(line::add)
                .toList();
    }

    private static List<String> next(FairQueue<String, String> line, int most) {
        return line.next(most).stream().map(BatchItem::payload).toList();
    }
}
