package dev.parley.turn;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.approval.Approver;
import dev.parley.platform.identity.UserId;
import java.time.Instant;
import java.util.Optional;

/**
 * A request for an approval, and what became of it.
 *
 * @param user whose turn it is
 * @param decidedAt when it was decided, expired or cancelled; empty while it is open
 * @param decidedBy who decided; empty if nobody did
 * @param approvedArguments what the approver wrote instead of the arguments
 * @param reason why it was denied, for the agent
 */
public record Approval(
        TurnId turn,
        UserId user,
        ApprovalRequest request,
        ApprovalStatus status,
        Optional<Instant> decidedAt,
        Optional<UserId> decidedBy,
        Optional<JsonNode> approvedArguments,
        Optional<String> reason) {

    /** The position of the approval in lists. */
    public Key key() {
        return new Key(turn, request.step());
    }

    /** The arguments with which the call runs once it is approved. */
    public JsonNode argumentsToRun() {
        return approvedArguments.orElse(request.arguments());
    }

    /** Who decided, as others may know it. */
    public String decidedByRole() {
        return decidedBy.isEmpty()
                ? "nobody"
                : request.approver() == Approver.ADMIN ? "admin" : "owner";
    }

    /** A turn and the path of its step. */
    public record Key(TurnId turn, String step) {}
}
