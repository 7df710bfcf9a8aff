package dev.parley.turn.engine;

import dev.parley.agent.tool.Round;
import dev.parley.agent.tool.Tool;
import dev.parley.agent.tool.Toolbox;
import java.util.Collection;
import java.util.List;

/** A toolbox whose rounds count for the budget that all agents of the turn share. */
final class BudgetedToolbox implements Toolbox {

    private final Toolbox toolbox;
    private final TurnBudget budget;
    private int calls;

    BudgetedToolbox(Toolbox toolbox, TurnBudget budget) {
        this.toolbox = toolbox;
        this.budget = budget;
    }

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
        calls++;
        // Of recorded rounds, the text of all is repeated before the turn may end
        if (calls < toolbox.recorded().size()) {
            budget.countRound();
        } else {
            budget.takeRound();
        }
        return toolbox.call(round);
    }
}
