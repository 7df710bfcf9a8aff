package dev.parley.agent;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What the catalogue says about an agent. The profile is complete and valid: a setting that the
 * configuration leaves out has its default.
 *
 * @param name the agent's name for people
 * @param description one sentence that says what the agent is good for
 * @param instructions what the model reads before the messages; empty for an agent that is code and
 *     needs no model
 * @param endpoint the name of the model endpoint that answers; {@link #DEFAULT_ENDPOINT} is the
 *     endpoint of {@code parley.model}
 * @param model the model's name at the endpoint; empty for the endpoint's own
 * @param context tokens that the model may read and write in one request; empty for those of the
 *     endpoint
 * @param temperature sampling temperature, 0 to 2; empty for what the user has chosen
 * @param tools the names of the only tools that the agent may call
 * @param workers the agents that this agent may delegate to, in the order of the configuration
 * @param timeout how long the agent may think in one turn
 * @param requiresHiring whether the agent answers only users who have hired it
 * @param price what a turn with this agent costs, in queries of the monthly plan; 0 is free
 * @param maxToolRounds maximum number of rounds of tool calls in one turn
 * @param approvals the rule of approval of each tool that has a rule for this agent
 */
public record AgentProfile(
        AgentType type,
        String name,
        String description,
        Optional<String> instructions,
        String endpoint,
        Optional<String> model,
        OptionalInt context,
        OptionalDouble temperature,
        Set<String> tools,
        List<AgentType> workers,
        Duration timeout,
        boolean requiresHiring,
        int price,
        int maxToolRounds,
        Map<String, String> approvals) {

    /** The name of the endpoint that {@code parley.model} configures. */
    public static final String DEFAULT_ENDPOINT = "model";

    /** The price of an agent whose settings name none, in queries. */
    public static final int DEFAULT_PRICE = 1;

    public AgentProfile {
        tools = Set.copyOf(tools);
        workers = List.copyOf(workers);
        approvals = Map.copyOf(approvals);
    }
}
