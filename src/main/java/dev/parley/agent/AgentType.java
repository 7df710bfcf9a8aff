package dev.parley.agent;

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

    @Override
    public String toString() {
        return value;
    }
}
