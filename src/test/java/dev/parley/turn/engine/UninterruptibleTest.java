package dev.parley.turn.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Work that an interrupt does not reach. */
class UninterruptibleTest {

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void keepsInterruptFromTheWorkAndForAfterwards() {
        Thread.currentThread().interrupt();

        boolean reached =
                Uninterruptible.call("shelter", () -> Thread.currentThread().isInterrupted());

        assertThat(reached).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void interruptsNobodyWhoWasNotInterrupted() {
        assertThat(Uninterruptible.call("shelter", () -> "done")).isEqualTo("done");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void throwsWhatTheWorkThrows() {
        IllegalStateException failure = new IllegalStateException("It did not work.");

        assertThatThrownBy(() ->
                        Uninterruptible.call(
                                "shelter",
                                () -> {
                                    throw failure;
                                }))
                .isSameAs(failure);
    }
}
