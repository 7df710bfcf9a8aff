package dev.parley.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What a turn may reserve of a plan. */
class BudgetDecisionTest {

    private static final Spending STEP = new Spending(100, 10);

    @Test
    void reservesOneStep() {
        assertThat(budget(1_000, 1_000).reserve(Spending.NONE, Spending.NONE, STEP))
                .isEqualTo(BudgetDecision.granted(new Reservation(100, 10)));
    }

    @Test
    void reservesWhatIsLeftIfThatIsLess() {
        assertThat(budget(1_000, 1_000).reserve(new Spending(950, 0), Spending.NONE, STEP))
                .isEqualTo(BudgetDecision.granted(new Reservation(50, 10)));
    }

    @Test
    void reservesBeyondWhatTheTurnHasUsed() {
        assertThat(budget(1_000, 1_000).reserve(new Spending(300, 0), new Spending(640, 5), STEP))
                .isEqualTo(BudgetDecision.granted(new Reservation(700, 15)));
    }

    @Test
    void refusesWhereNothingIsLeft() {
        assertThat(budget(1_000, 1_000).reserve(new Spending(1_000, 0), Spending.NONE, STEP))
                .isEqualTo(BudgetDecision.exhausted(BudgetUnit.TOKENS));
        assertThat(budget(1_000, 1_000).reserve(new Spending(300, 0), new Spending(700, 0), STEP))
                .isEqualTo(BudgetDecision.exhausted(BudgetUnit.TOKENS));
        assertThat(budget(1_000, 1_000).reserve(new Spending(0, 1_001), Spending.NONE, STEP))
                .isEqualTo(BudgetDecision.exhausted(BudgetUnit.COST));
    }

    /** An agent that calls no model. */
    @Test
    void grantsNothingToAgentThatNeedsNothingAlsoWhereNothingIsLeft() {
        assertThat(
                        budget(1_000, 1_000)
                                .reserve(new Spending(2_000, 2_000), Spending.NONE, Spending.NONE))
                .isEqualTo(BudgetDecision.granted(new Reservation(0, 0)));
    }

    @Test
    void doesNotLimitWhatPlanDoesNot() {
        Budget tokensOnly =
                Budget.of(new Plan("p", 1, OptionalLong.of(1_000), OptionalLong.empty()));

        BudgetDecision decision =
                tokensOnly.reserve(new Spending(0, 5_000_000), Spending.NONE, STEP);

        assertThat(decision)
                .isEqualTo(BudgetDecision.granted(new Reservation(100, Long.MAX_VALUE)));
        assertThat(tokensOnly.after(new Spending(7, 8), decision)).isEqualTo(new Spending(107, 8));
    }

    @Test
    void reservationCoversRoundAsLongAsSomeOfItIsLeft() {
        Reservation reservation = new Reservation(100, 10);

        assertThat(reservation.covers(Spending.NONE)).isTrue();
        assertThat(reservation.covers(new Spending(99, 9))).isTrue();
        assertThat(reservation.covers(new Spending(100, 9))).isFalse();
        assertThat(reservation.covers(new Spending(99, 10))).isFalse();
        assertThat(Reservation.UNLIMITED.covers(new Spending(1L << 60, 1L << 60))).isTrue();
        assertThat(new Reservation(0, 0).covers(Spending.NONE)).isTrue();
        assertThat(new Reservation(0, 0).covers(new Spending(1, 0))).isFalse();
    }

    private static Budget budget(long tokens, long cost) {
        return Budget.of(new Plan("p", 1, OptionalLong.of(tokens), OptionalLong.of(cost)));
    }
}
