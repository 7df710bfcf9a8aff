package dev.parley.agent;

import org.jspecify.annotations.Nullable;

/** The name under which an agent stands in the catalogue, such as {@code assistant}. */
public record AgentType(String value) {

    /**
     * Who answers where nobody is named: the language model where one is configured, else the
     * offline assistant.
     */
    public static final AgentType ASSISTANT = new AgentType("assistant");

    /** The assistant that needs no model. It can be asked for by name beside a language model. */
    public static final AgentType OFFLINE = new AgentType("offline");

    /** Who tells what is new. */
    public static final AgentType NEWS = new AgentType("news");

    // As the record would say by itself. A native executable interprets that, and this is asked for
    // with every turn, dozens of times: docs/decisions/0021
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
