package dev.parley.turn.engine;

import dev.parley.agent.GenAiConventions;
import dev.parley.agent.tool.ToolCatalogue;
import jakarta.inject.Singleton;

/** The names of the tools that Parley has. */
@Singleton
public class KnownTools {

    private final ToolCatalogue tools;

    KnownTools(ToolCatalogue tools) {
        this.tools = tools;
    }

    /**
     * The name, or {@link GenAiConventions#OTHER} if there is no such tool: a model can call a tool
     * by any name, also by words of the conversation.
     */
    public String nameOf(String called) {
        return tools.tools().containsKey(called) || called.equals(DelegateTool.NAME)
                ? called
                : GenAiConventions.OTHER;
    }
}
