package dev.parley.turn;

import dev.parley.agent.Usage;
import java.util.Set;

/**
 * Where a turn stands in its life. It begins as running, or waits in the line before its
 * conversation until it runs, and moves once, to an ending.
 */
public sealed interface TurnState {

    /** As the column and the wire spell it. */
    String code();

    /** It is charged and its message is stored; another turn runs in the conversation. */
    record Queued() implements TurnState {

        static final String CODE = "queued";

        @Override
        public String code() {
            return CODE;
        }
    }

    /** The agent thinks. */
    record Running() implements TurnState {

        static final String CODE = "running";

        @Override
        public String code() {
            return CODE;
        }

        Ending succeed(Usage usage) {
            return new Succeeded(usage);
        }

        Ending fail(Failure failure, String detail, Usage usage) {
            return failure == Failure.AGENT_TIMEOUT
                    ? new TimedOut(detail, usage)
                    : new Failed(failure, detail, usage);
        }

        Ending stop(Stop reason, Usage usage) {
            return switch (reason) {
                case CANCELLED -> new Cancelled(usage);
                case SHUT_DOWN ->
                        new Interrupted("The service stopped before the agent was done.", usage);
            };
        }
    }

    /** Whether a turn of this status has ended. */
    static boolean isEnding(String code) {
        return !NOT_ENDED.contains(code);
    }

    /** The states of a turn that has not ended. */
    Set<String> NOT_ENDED = Set.of(Queued.CODE, Running.CODE, "waiting");

    /** A turn's last state. Every turn reaches exactly one, exactly once. */
    sealed interface Ending extends TurnState {

        Usage usage();

        /** Whether what was said is kept as the reply, as far as it goes. */
        boolean keepsReply();
    }

    /** There is a reply. */
    record Succeeded(Usage usage) implements Ending {

        static final String CODE = "succeeded";

        @Override
        public String code() {
            return CODE;
        }

        @Override
        public boolean keepsReply() {
            return true;
        }
    }

    /** The reply is not whole, or there is none, for a reason a person can be told. */
    sealed interface Unanswered extends Ending {

        Failure failure();

        String detail();
    }

    /** The agent failed, was not there, or something of ours broke. */
    record Failed(Failure failure, String detail, Usage usage) implements Unanswered {

        static final String CODE = "failed";

        @Override
        public String code() {
            return CODE;
        }

        @Override
        public boolean keepsReply() {
            return false;
        }
    }

    /** The agent's time ran out. */
    record TimedOut(String detail, Usage usage) implements Unanswered {

        static final String CODE = "timed_out";

        @Override
        public String code() {
            return CODE;
        }

        @Override
        public Failure failure() {
            return Failure.AGENT_TIMEOUT;
        }

        @Override
        public boolean keepsReply() {
            return false;
        }
    }

    /** The user wanted no more of it. */
    record Cancelled(Usage usage) implements Unanswered {

        static final String CODE = "cancelled";
        static final String DETAIL = "The turn was cancelled.";

        @Override
        public String code() {
            return CODE;
        }

        @Override
        public Failure failure() {
            return Failure.TURN_CANCELLED;
        }

        @Override
        public String detail() {
            return DETAIL;
        }

        @Override
        public boolean keepsReply() {
            return true;
        }
    }

    /** The process that ran it stopped, died or lost its lease. */
    record Interrupted(String detail, Usage usage) implements Unanswered {

        static final String CODE = "interrupted";

        @Override
        public String code() {
            return CODE;
        }

        @Override
        public Failure failure() {
            return Failure.TURN_INTERRUPTED;
        }

        @Override
        public boolean keepsReply() {
            return true;
        }
    }
}
