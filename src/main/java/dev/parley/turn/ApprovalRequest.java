package dev.parley.turn;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.approval.Approver;
import java.time.Instant;
import java.util.Locale;

/**
 * A tool call that a person has to approve before it runs.
 *
 * @param step the path of the step
 * @param arguments exactly what runs if the person changes nothing
 * @param argumentsHash of the arguments, to tell that a person saw these
 * @param schemaHash of the tool's arguments; a tool whose schema has changed asks again
 * @param summary the call in one line for people
 * @param approver who decides
 */
public record ApprovalRequest(
        String step,
        String tool,
        JsonNode arguments,
        String argumentsHash,
        String schemaHash,
        String summary,
        Approver approver,
        Instant askedAt,
        Instant expiresAt) {

    /** Who decides, in JSON and in the database. */
    public String approverText() {
        return approver.name().toLowerCase(Locale.ROOT);
    }
}
