package dev.parley.agent.approval;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * What applies to the calls of one tool by one agent.
 *
 * @param ofTool the rule of the tool
 * @param ofAgent the rule of the agent for the tool
 * @param approver who decides
 * @param expiry how long a person may take to decide
 */
public record ApprovalRequirement(
        ApprovalRule ofTool, ApprovalRule ofAgent, Approver approver, Duration expiry) {

    /** The greater demand of both rules: an agent cannot do unasked what its tool must ask for. */
    public Demand demand(JsonNode arguments) {
        return Demand.max(ofTool.demand(arguments), ofAgent.demand(arguments));
    }

    /** Whether a call with these arguments needs an approval, once or each time. */
    public boolean asks(JsonNode arguments) {
        return demand(arguments) != Demand.NONE;
    }
}
