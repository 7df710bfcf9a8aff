package dev.parley.agent.approval;

/** What a rule demands for a call, from the least to the most. */
public enum Demand {
    /** The call runs without an approval. */
    NONE,
    /** The call needs an approval, unless the tool was approved before in the conversation. */
    ONCE_PER_CONVERSATION,
    /** The call needs an approval of its own. */
    EACH_CALL;

    static Demand max(Demand one, Demand other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
