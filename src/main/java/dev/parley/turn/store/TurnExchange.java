package dev.parley.turn.store;

import java.util.concurrent.atomic.AtomicInteger;

/** The exchanges of a turn's agents in one attempt. Thread-safe. */
public final class TurnExchange {

    /** The path of the turn's own agent. */
    public static final String ROOT = "";

    private final FencingToken token;
    private final Exchange stored;
    private final AtomicInteger steps = new AtomicInteger();
    private volatile boolean hasRounds;

    public TurnExchange(FencingToken token, Exchange stored) {
        this.token = token;
        this.stored = stored;
        this.hasRounds = !stored.isEmpty();
    }

    /**
     * The journal of one agent.
     *
     * @param path {@link #ROOT}, or the path of the step that delegated to the agent
     * @param maxLength of the agent's exchange, in characters
     */
    public ExchangeJournal journal(String path, int maxLength) {
        return new ExchangeJournal(this, path, stored, maxLength);
    }

    /** Whether the database may have rounds of this turn, which end with the turn. */
    public boolean hasRounds() {
        return hasRounds;
    }

    void markRounds() {
        hasRounds = true;
    }

    FencingToken token() {
        return token;
    }

    /** A number that no other step of this attempt has. */
    int nextStepNumber() {
        return steps.incrementAndGet();
    }
}
