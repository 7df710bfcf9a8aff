package dev.parley.agent;

import org.jspecify.annotations.Nullable;

/** The name of an agent in the catalogue, such as {@code assistant}. */
public record AgentType(String value) {

    /**
     * The default agent: the language model if a model is configured, otherwise the offline
     * assistant.
     */
    public static final AgentType ASSISTANT = new AgentType("assistant");

    /**
     * The assistant that needs no model. A caller can choose it by name even if a language model is
     * configured.
     */
    public static final AgentType OFFLINE = new AgentType("offline");

    /** The agent that reports what is new. */
    public static final AgentType NEWS = new AgentType("news");

    /** The agent that delegates to other agents. */
    public static final AgentType SUPERVISOR = new AgentType("supervisor");

    // Same result as the record's generated method. A native executable interprets the generated
    // method, and each turn calls equals dozens of times: docs/decisions/0021
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AgentType type && value.equals(type.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
