package dev.parley.agent.offline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.tool.Toolbox;
import java.util.List;
import java.util.function.Function;

/** Calls tools and converts their results to replies. A refusal becomes the reply. */
record ToolCaller(Toolbox toolbox) {

    static ObjectNode arguments() {
        return JsonNodeFactory.instance.objectNode();
    }

    String call(String tool, ObjectNode arguments, Function<JsonNode, String> reply) {
        Toolbox.ToolResult result = toolbox.call(tool, arguments);
        return result.ok() ? reply.apply(result.content()) : refusal(result);
    }

    /** Calls the tool once for each element of the list, and stops at the first refusal. */
    String callForEach(String tool, List<ObjectNode> arguments, String reply) {
        for (int done = 0; done < arguments.size(); done++) {
            Toolbox.ToolResult result = toolbox.call(tool, arguments.get(done));
            if (!result.ok()) {
                String progress =
                        done == 0 ? "" : "I have done %d of %d. ".formatted(done, arguments.size());
                return progress + refusal(result);
            }
        }
        return reply;
    }

    private static String refusal(Toolbox.ToolResult result) {
        return "That did not work: " + result.content().path("error").asText();
    }
}
