package dev.parley.agent.offline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.agent.tool.Round;
import dev.parley.agent.tool.Tool;
import dev.parley.agent.tool.Toolbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Delegates without a model: each worker gets the message as its task, all at once, and the reply
 * has a section for each worker that did something with it.
 */
record Supervision(Toolbox toolbox, Abilities abilities, List<String> workers, int maxTaskLength) {

    private static final String DELEGATE = "delegate";

    /** Empty if the agent cannot delegate. */
    static Optional<Supervision> by(Toolbox toolbox, Abilities abilities) {
        return toolbox.tools().stream()
                .filter(tool -> tool.name().equals(DELEGATE))
                .findFirst()
                .map(Tool::parameters)
                .map(schema -> schema.path("properties"))
                .map(arguments ->
                        new Supervision(
                                toolbox,
                                abilities,
                                arguments
                                        .path("agent_type")
                                        .path("enum")
                                        .valueStream()
                                        .map(JsonNode::asText)
                                        .toList(),
                                arguments.path("task").path("maxLength").asInt()));
    }

    String reply(String message) {
        String task = shortened(message);
        List<Toolbox.ToolResult> results =
                toolbox.call(
                        new Round("", workers.stream().map(worker -> call(worker, task)).toList()));
        List<String> parts = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (int index = 0; index < workers.size(); index++) {
            String section = section(results.get(index));
            if (Abilities.isOffer(section)) {
                others.add(workers.get(index));
            } else {
                parts.add("## %s\n\n%s".formatted(workers.get(index), section));
            }
        }
        if (parts.isEmpty()) {
            parts.add(abilities.notUnderstood());
        }
        if (!others.isEmpty()) {
            parts.add(
                    "Without a language model, no answer came from %s. An operator can set PARLEY_MODEL_BASE_URL."
                            .formatted(String.join(", ", others)));
        }
        return String.join("\n\n", parts);
    }

    private static Round.Call call(String worker, String task) {
        return new Round.Call(
                "",
                DELEGATE,
                JsonNodeFactory.instance.objectNode().put("agent_type", worker).put("task", task));
    }

    private static String section(Toolbox.ToolResult result) {
        return result.ok()
                ? result.content().path("reply").asText()
                : "That did not work: " + result.content().path("error").asText();
    }

    private String shortened(String message) {
        if (message.length() <= maxTaskLength) {
            return message;
        }
        boolean isInsidePair = Character.isHighSurrogate(message.charAt(maxTaskLength - 1));
        return message.substring(0, isInsidePair ? maxTaskLength - 1 : maxTaskLength);
    }
}
