package dev.parley.turn;

import dev.parley.agent.Usage;

/** Where a turn stands in its life. It begins as running and moves once, to an ending. */
public sealed interface TurnState {

    /** As the column and the wire spell it. */
    String code();

    /** The agent thinks. */
    record Running() implements TurnState {

        static final String CODE = "running";

        @Override
        public String code() {
            return CODE;
        }

        Ending succeed(String reply, Usage usage) {
            return new Succeeded(reply, usage);
        }

        Ending fail(Failure failure, String detail, Usage usage) {
            return failure == Failure.AGENT_TIMEOUT
                    ? new TimedOut(detail, usage)
                    : new Failed(failure, detail, usage);
        }
    }

    /** A turn's last state. Every turn reaches exactly one, exactly once. */
    sealed interface Ending extends TurnState {

        Usage usage();
    }

    /** There is a reply. */
    record Succeeded(String reply, Usage usage) implements Ending {

        static final String CODE = "succeeded";

        @Override
        public String code() {
            return CODE;
        }
    }

    /** There is none, for a reason a person can be told. */
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
    }
}
