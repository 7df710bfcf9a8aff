package dev.parley.turn;

import dev.parley.agent.FinishReason;
import dev.parley.agent.Usage;
import java.util.Optional;

/** How a turn ended. Every turn that was opened has exactly one outcome. */
public sealed interface TurnOutcome extends AgentResult {

    /** The tokens that the agent used, also if the agent did not succeed. */
    @Override
    Usage usage();

    /** The status of the ended turn. */
    default TurnStatus status() {
        return switch (this) {
            case Succeeded succeeded -> TurnStatus.SUCCEEDED;
            case Failed failed -> TurnStatus.FAILED;
            case TimedOut timedOut -> TurnStatus.TIMED_OUT;
            case Cancelled cancelled -> TurnStatus.CANCELLED;
            case Interrupted interrupted -> TurnStatus.INTERRUPTED;
        };
    }

    /** Whether the text that the agent wrote is stored as the reply, even if it is incomplete. */
    default boolean keepsReply() {
        return switch (this) {
            case Succeeded succeeded -> true;
            case Failed failed -> failed.failure() == FailureCode.QUOTA_EXHAUSTED;
            case TimedOut timedOut -> false;
            case Cancelled cancelled -> true;
            case Interrupted interrupted -> true;
        };
    }

    /** Why the reply is missing or incomplete; empty if the turn succeeded. */
    default Optional<TurnRecord.TurnError> error() {
        return switch (this) {
            case Succeeded succeeded -> Optional.empty();
            case Failed failed -> errorOf(failed.failure(), failed.detail());
            case TimedOut timedOut -> errorOf(FailureCode.AGENT_TIMEOUT, timedOut.detail());
            case Cancelled cancelled -> errorOf(FailureCode.TURN_CANCELLED, Cancelled.DETAIL);
            case Interrupted interrupted ->
                    errorOf(FailureCode.TURN_INTERRUPTED, interrupted.detail());
        };
    }

    /** Why the reply ends; empty if the turn did not succeed. */
    default Optional<FinishReason> finishReason() {
        return this instanceof Succeeded succeeded
                ? Optional.of(succeeded.reason())
                : Optional.empty();
    }

    private static Optional<TurnRecord.TurnError> errorOf(FailureCode failure, String detail) {
        return Optional.of(new TurnRecord.TurnError(failure.code(), detail));
    }

    /** The agent completed the reply. */
    record Succeeded(Usage usage, FinishReason reason) implements TurnOutcome {}

    /** The agent failed or was unavailable, or Parley itself failed. */
    record Failed(FailureCode failure, String detail, Usage usage) implements TurnOutcome {}

    /** The agent exceeded its time limit. */
    record TimedOut(String detail, Usage usage) implements TurnOutcome {}

    /** The user cancelled the turn. */
    record Cancelled(Usage usage) implements TurnOutcome {

        public static final String DETAIL = "The turn was cancelled.";
    }

    /** The process that ran the turn shut down, died or lost its lease. */
    record Interrupted(String detail, Usage usage) implements TurnOutcome {}
}
