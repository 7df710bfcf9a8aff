package dev.parley.turn.engine;

import dev.parley.agent.tool.Round;
import dev.parley.agent.tool.Tool;
import dev.parley.agent.tool.Toolbox;
import java.util.Collection;
import java.util.List;

/** A toolbox whose rounds count for the budget that all agents of the turn share. */
record BudgetedToolbox(Toolbox toolbox, TurnBudget budget) implements Toolbox {

    @Override
    public Collection<Tool> tools() {
        return toolbox.tools();
    }

    @Override
    public List<Round> recorded() {
        return toolbox.recorded();
    }

    @Override
    public List<ToolResult> call(Round round) {
        budget.takeRound();
        return toolbox.call(round);
    }
}
