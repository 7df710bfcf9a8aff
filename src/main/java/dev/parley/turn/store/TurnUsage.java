package dev.parley.turn.store;

import dev.parley.agent.AgentType;
import dev.parley.agent.ModelPrices;
import dev.parley.agent.Usage;
import dev.parley.quota.Spending;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the agents of a turn have used in all its attempts, by agent and model. Thread-safe. */
public final class TurnUsage {

    /**
     * By path and model, in this order: rows are written in it, so that no two writers deadlock.
     */
    private final Map<String, Map<String, UsageLine>> lines = new TreeMap<>();

    /**
     * @param stored what earlier attempts have used
     */
    public TurnUsage(Collection<UsageLine> stored) {
        stored.forEach(line -> add(line.path(), line.agent(), line.model(), line.usage()));
    }

    /**
     * Adds what a call of a model has used.
     *
     * @param path of the agent
     */
    public synchronized void add(String path, AgentType agent, String model, Usage used) {
        lines.computeIfAbsent(path, _ -> new TreeMap<>())
                .merge(
                        model,
                        new UsageLine(path, agent, model, used),
                        (before, added) ->
                                new UsageLine(
                                        path, agent, model, before.usage().plus(added.usage())));
    }

    public synchronized List<UsageLine> lines() {
        return lines.values().stream().flatMap(models -> models.values().stream()).toList();
    }

    /** What the agents have used together. */
    public Usage total() {
        return lines().stream().map(UsageLine::usage).reduce(Usage.NONE, Usage::plus);
    }

    /** What the agents have used together of the budgets of a plan. */
    public Spending spending(ModelPrices prices) {
        List<UsageLine> current = lines();
        return new Spending(
                current.stream().mapToLong(line -> line.usage().tokens()).sum(),
                current.stream().mapToLong(line -> prices.cost(line.model(), line.usage())).sum());
    }
}
