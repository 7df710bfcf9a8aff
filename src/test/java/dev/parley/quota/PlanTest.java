package dev.parley.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When a plan is used up, and when its user hears of it. */
class PlanTest {

    @Test
    void isUsedUpFromItsLastQueryOn() {
        Plan plan = new Plan("free", 10);

        assertThat(plan.isUsedUp(9)).isFalse();
        assertThat(plan.isUsedUp(10)).isTrue();
        assertThat(plan.isUsedUp(11)).isTrue();
    }

    @Test
    void isUsedUpFromBeginningWhereItAllowsNothing() {
        assertThat(new Plan("none", 0).isUsedUp(0)).isTrue();
    }

    @Test
    void tellsAtFourFifthsAndAtTheEndAndAtNothingElse() {
        assertThat(told(10)).containsExactly(8, 10);
        assertThat(told(1_000)).containsExactly(800, 1_000);
    }

    /** Four fifths are reached, not passed by, where they are no whole number. */
    @Test
    void tellsAtFirstQueryThatReachesFourFifths() {
        assertThat(told(7)).containsExactly(6, 7);
        assertThat(told(1)).containsExactly(1);
    }

    @Test
    void tellsOnceWhereTurnOfSeveralQueriesPassesFourFifths() {
        Plan plan = new Plan("free", 10);

        assertThat(plan.reachesThreshold(6, 9)).isTrue();
        assertThat(plan.reachesThreshold(8, 9)).isFalse();
        assertThat(plan.reachesThreshold(10, 10)).isFalse();
        assertThat(plan.reachesThreshold(12, 12)).isFalse();
    }

    private static List<Integer> told(int limit) {
        Plan plan = new Plan("free", limit);
        return IntStream.rangeClosed(1, limit + 5)
                .filter(used -> plan.reachesThreshold(used - 1, used))
                .boxed()
                .toList();
    }
}
