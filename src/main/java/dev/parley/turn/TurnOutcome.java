package dev.parley.turn;

import dev.parley.agent.Usage;
import java.util.Optional;

/** How a turn ended. Every turn that was opened has exactly one outcome. */
public sealed interface TurnOutcome {

    /** What the agent has used, also where it did not succeed. */
    Usage usage();

    /** The turn's status from then on. */
    default TurnStatus status() {
        return switch (this) {
            case Succeeded succeeded -> TurnStatus.SUCCEEDED;
            case Failed failed -> TurnStatus.FAILED;
            case TimedOut timedOut -> TurnStatus.TIMED_OUT;
            case Cancelled cancelled -> TurnStatus.CANCELLED;
            case Interrupted interrupted -> TurnStatus.INTERRUPTED;
        };
    }

    /** Whether what the agent said is kept as the reply, as far as it goes. */
    default boolean keepsReply() {
        return switch (this) {
            case Succeeded succeeded -> true;
            case Failed failed -> false;
            case TimedOut timedOut -> false;
            case Cancelled cancelled -> true;
            case Interrupted interrupted -> true;
        };
    }

    /** Why there is no reply, or no whole one. */
    default Optional<TurnRecord.TurnError> error() {
        return switch (this) {
            case Succeeded succeeded -> Optional.empty();
            case Failed failed -> because(failed.failure(), failed.detail());
            case TimedOut timedOut -> because(FailureCode.AGENT_TIMEOUT, timedOut.detail());
            case Cancelled cancelled -> because(FailureCode.TURN_CANCELLED, Cancelled.DETAIL);
            case Interrupted interrupted ->
                    because(FailureCode.TURN_INTERRUPTED, interrupted.detail());
        };
    }

    private static Optional<TurnRecord.TurnError> because(FailureCode failure, String detail) {
        return Optional.of(new TurnRecord.TurnError(failure.code(), detail));
    }

    /** There is a whole reply. */
    record Succeeded(Usage usage) implements TurnOutcome {}

    /** The agent failed, was not there, or something of ours broke. */
    record Failed(FailureCode failure, String detail, Usage usage) implements TurnOutcome {}

    /** The agent's time ran out. */
    record TimedOut(String detail, Usage usage) implements TurnOutcome {}

    /** The user wanted no more of it. */
    record Cancelled(Usage usage) implements TurnOutcome {

        public static final String DETAIL = "The turn was cancelled.";
    }

    /** The process that ran it stopped, died or lost its lease. */
    record Interrupted(String detail, Usage usage) implements TurnOutcome {}
}
