package dev.parley.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.platform.identity.UserId;

/**
 * Something an agent can do for a user. A tool lives in the room whose data it touches: it is an
 * annotated method of a transactional bean ({@code agent.tool.AgentTool}), so that each use has one
 * short transaction of its own. All tools lie in every agent's {@link Toolbox}.
 */
public interface Tool {

    /** Letters, digits and underscores, at most 64; unique. */
    String name();

    /** For the model: what it does, in a sentence. */
    String description();

    /** The arguments, as a JSON Schema of type {@code object}. */
    JsonNode parameters();

    /**
     * Does the work for this user, and for nobody else.
     *
     * @param arguments what the agent gave; models give anything, so nothing may be taken for
     *     granted
     * @throws ToolRefused where the arguments do not do, with a sentence that helps the agent to do
     *     better
     */
    JsonNode execute(UserId user, JsonNode arguments);
}
