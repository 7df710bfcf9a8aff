package dev.parley.turn.store;

import dev.parley.agent.AgentCatalogue;
import dev.parley.agent.AgentType;
import dev.parley.agent.ModelPrices;
import dev.parley.agent.SummaryWriter;
import dev.parley.quota.BudgetService;
import dev.parley.quota.QuotaConfig;
import dev.parley.quota.Spending;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;

/** How much turns reserve of a plan that limits tokens or cost. */
@Singleton
@Startup
public class TurnReserve {

    private final AgentCatalogue agents;
    private final ModelPrices prices;
    private final QuotaConfig config;

    /**
     * @throws IllegalStateException if a plan limits cost, and a model has no price: its tokens
     *     would cost nothing
     */
    TurnReserve(
            AgentCatalogue agents,
            SummaryWriter summaries,
            ModelPrices prices,
            QuotaConfig config,
            BudgetService budgets) {
        this.agents = agents;
        this.prices = prices;
        this.config = config;
        List<String> unpriced =
                Stream.concat(
                                agents.types().stream()
                                        .flatMap(type -> agents.model(type).stream()),
                                summaries.model().stream())
                        .filter(model -> !prices.has(model))
                        .distinct()
                        .sorted()
                        .toList();
        if (!unpriced.isEmpty() && !budgets.plansWithCostLimit().isEmpty()) {
            throw new IllegalStateException(
                    "The plans %s limit cost, but the models %s have no price. Set parley.prices.NAME.model, .input and .output for each of them; a model that is free has prices of 0."
                            .formatted(budgets.plansWithCostLimit(), unpriced));
        }
    }

    /** When the turn is opened: nothing if neither its agent nor a worker can call a model. */
    Spending toOpen(AgentType agent) {
        return agents.model(agent).isPresent() || !agents.workers(agent).isEmpty()
                ? toGoOn(agent)
                : Spending.NONE;
    }

    /** Before a further round. Workers may have another model than the agent. */
    public Spending toGoOn(AgentType agent) {
        long tokens = config.reserveTokens();
        return new Spending(
                tokens,
                agents.workers(agent).isEmpty()
                        ? agents.model(agent).map(model -> prices.highest(model, tokens)).orElse(0L)
                        : prices.highest(tokens));
    }
}
