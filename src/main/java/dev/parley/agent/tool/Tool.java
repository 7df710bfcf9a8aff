package dev.parley.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.platform.identity.UserId;

/**
 * An action that an agent can do for a user. A tool belongs to the module whose data it touches. It
 * is an annotated method of a transactional bean ({@link AgentTool}), so that each call has its own
 * short transaction. Every agent's {@link Toolbox} contains all tools.
 */
public interface Tool {

    /** A unique name of at most 64 letters, digits and underscores. */
    String name();

    /** One sentence for the model that says what the tool does. */
    String description();

    /** The JSON Schema of the arguments, of type {@code object}. */
    JsonNode parameters();

    /**
     * Checks arguments before a person is asked to approve the call.
     *
     * @throws ToolRefused if {@link #execute} would refuse the arguments, whatever the data
     */
    default void validate(JsonNode arguments) {}

    /**
     * Does the work for this user only.
     *
     * @param arguments the arguments from the agent. Models send anything, so the tool must
     *     validate everything
     * @throws ToolRefused if the arguments are invalid, with a sentence that helps the agent to
     *     correct the call
     */
    JsonNode execute(UserId user, JsonNode arguments);
}
