package dev.parley.agent.offline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.tool.Toolbox;
import java.util.List;
import java.util.function.Function;

/** Calls tools and turns what they answer into the reply; a refusal is the reply itself. */
record ToolCaller(Toolbox toolbox) {

    static ObjectNode arguments() {
        return JsonNodeFactory.instance.objectNode();
    }

    String call(String tool, ObjectNode arguments, Function<JsonNode, String> reply) {
        Toolbox.ToolResult outcome = toolbox.call(tool, arguments);
        return outcome.ok() ? reply.apply(outcome.content()) : refusal(outcome);
    }

    /** Calls the tool once for each of the arguments, up to the first refusal. */
    String callForEach(String tool, List<ObjectNode> arguments, String reply) {
        for (int done = 0; done < arguments.size(); done++) {
            Toolbox.ToolResult outcome = toolbox.call(tool, arguments.get(done));
            if (!outcome.ok()) {
                String before =
                        done == 0 ? "" : "I have done %d of %d. ".formatted(done, arguments.size());
                return before + refusal(outcome);
            }
        }
        return reply;
    }

    private static String refusal(Toolbox.ToolResult outcome) {
        return "That did not work: " + outcome.content().path("error").asText();
    }
}
