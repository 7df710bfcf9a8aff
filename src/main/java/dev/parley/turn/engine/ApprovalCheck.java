package dev.parley.turn.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.approval.ApprovalPolicy;
import dev.parley.agent.approval.ApprovalRequirement;
import dev.parley.agent.approval.Demand;
import dev.parley.agent.approval.ToolCallHash;
import dev.parley.agent.approval.ToolCallSummary;
import dev.parley.agent.tool.Tool;
import dev.parley.agent.tool.ToolRefused;
import dev.parley.conversation.ConversationId;
import dev.parley.turn.Approval;
import dev.parley.turn.ApprovalRequest;
import dev.parley.turn.store.ApprovalStore;
import dev.parley.turn.store.ToolStep;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Decides whether a tool call runs at once, needs a person, or may run because a person has
 * approved it. What was approved is what runs (G10): the stored arguments, and only while the tool
 * has the schema that was approved.
 */
@ApplicationScoped
public class ApprovalCheck {

    private final ApprovalPolicy policy;
    private final ApprovalStore approvals;
    private final ConnectionHoldGuard connectionGuard;
    private final Clock clock;

    ApprovalCheck(
            ApprovalPolicy policy,
            ApprovalStore approvals,
            ConnectionHoldGuard connectionGuard,
            Clock clock) {
        this.policy = policy;
        this.approvals = approvals;
        this.connectionGuard = connectionGuard;
        this.clock = clock;
    }

    /**
     * @param rules the approval rules of the agent, by tool
     */
    Clearance of(ToolStep step, Tool tool, Map<String, String> rules, ConversationId conversation) {
        ApprovalRequirement required = policy.required(tool.name(), rules);
        Optional<Approval> approval = step.journal().approval(step);
        if (approval.isPresent()) {
            return clearance(step, tool, required, approval.get());
        }
        Demand demand = required.demand(step.arguments());
        if (demand == Demand.NONE) {
            return new Clearance.Granted(step);
        }
        try {
            tool.validate(step.arguments());
        } catch (ToolRefused refusal) {
            // Nobody is asked about a call that the tool refuses anyway
            return new Clearance.Refused(refusal.reason());
        }
        boolean isApproved =
                demand == Demand.ONCE_PER_CONVERSATION && isApprovedIn(conversation, tool);
        return isApproved
                ? new Clearance.Granted(step)
                : new Clearance.ApprovalNeeded(request(step, tool, required));
    }

    /** A person was asked about this call, so no rule of today lets it run in another form. */
    private Clearance clearance(
            ToolStep step, Tool tool, ApprovalRequirement required, Approval approval) {
        return switch (approval.status()) {
            case APPROVED ->
                    approval.request().schemaHash().equals(schemaHash(tool))
                            ? new Clearance.Granted(step.withArguments(approval.argumentsToRun()))
                            : new Clearance.ApprovalNeeded(request(step, tool, required));
            case DENIED ->
                    new Clearance.Refused(
                            approval.reason()
                                    .map(reason ->
                                            "A person denied this call, and it did not run. The"
                                                    + " reason: "
                                                    + reason)
                                    .orElse("A person denied this call, and it did not run."));
            case EXPIRED ->
                    new Clearance.Refused("Nobody decided in time, so this call did not run.");
            case OPEN, CANCELLED -> new Clearance.ApprovalNeeded(approval.request());
        };
    }

    private boolean isApprovedIn(ConversationId conversation, Tool tool) {
        return connectionGuard.whileInTool(
                tool.name(),
                () -> approvals.isApprovedIn(conversation, tool.name(), schemaHash(tool)));
    }

    private ApprovalRequest request(ToolStep step, Tool tool, ApprovalRequirement required) {
        Instant now = clock.instant();
        JsonNode arguments = step.arguments();
        return new ApprovalRequest(
                step.path(),
                tool.name(),
                arguments,
                ToolCallHash.of(arguments),
                schemaHash(tool),
                ToolCallSummary.of(tool.name(), arguments),
                required.approver(),
                now,
                now.plus(required.expiry()));
    }

    private static String schemaHash(Tool tool) {
        return ToolCallHash.of(tool.parameters());
    }
}
