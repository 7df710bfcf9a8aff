package dev.parley.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;

/** A toolbox for an agent outside of a turn: it stores nothing, and answers each call by itself. */
public interface SingleCallToolbox extends Toolbox {

    @Override
    ToolResult call(String name, JsonNode arguments);

    @Override
    default Collection<Tool> tools() {
        return List.of();
    }

    @Override
    default List<Round> recorded() {
        return List.of();
    }

    @Override
    default List<ToolResult> call(Round round) {
        return round.calls().stream().map(call -> call(call.tool(), call.arguments())).toList();
    }
}
