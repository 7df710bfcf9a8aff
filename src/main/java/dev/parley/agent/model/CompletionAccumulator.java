package dev.parley.agent.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the model says in one round, put together from its chunks: text, tool calls, or both. */
final class CompletionAccumulator implements Consumer<ChatChunk> {

    private static final int MAX_ARGUMENTS_LENGTH = 64_000;

    private final int mostCalls;
    private final Consumer<AgentEvent> hear;
    private final StringBuilder text = new StringBuilder();
    private final List<CallInParts> calls = new ArrayList<>();
    private boolean finished;
    private Usage used = Usage.NONE;

    CompletionAccumulator(int mostCalls, Consumer<AgentEvent> hear) {
        this.mostCalls = mostCalls;
        this.hear = hear;
    }

    @Override
    public void accept(ChatChunk chunk) {
        if (chunk.usage() != null) {
            Usage usage = new Usage(chunk.usage().promptTokens(), chunk.usage().completionTokens());
            used = used.plus(usage);
            hear.accept(new AgentEvent.TokensUsed(usage));
        }
        if (chunk.choices() == null || chunk.choices().isEmpty()) {
            return;
        }
        ChatChunk.Choice choice = chunk.choices().getFirst();
        if (choice.delta() != null) {
            takeDelta(choice.delta());
        }
        finished = finished || choice.finishReason() != null;
    }

    /** Tokens, as far as they have been told. */
    Usage used() {
        return used;
    }

    private void takeDelta(ChatChunk.Delta delta) {
        if (delta.content() != null && !delta.content().isEmpty()) {
            text.append(delta.content());
            hear.accept(new AgentEvent.ReplyDelta(delta.content()));
        }
        if (delta.toolCalls() != null) {
            delta.toolCalls().forEach(this::takePart);
        }
    }

    /** Some endpoints number the parts, some send each call whole and number none. */
    private void takePart(ChatChunk.CallPart part) {
        int index = part.index() != null ? part.index() : calls.size();
        if (index < 0 || index > calls.size() || index >= mostCalls) {
            throw new AgentFailed(
                    "The model asked for more tools at once than are allowed, or in no order.");
        }
        if (index == calls.size()) {
            calls.add(new CallInParts());
        }
        calls.get(index).take(part);
    }

    /**
     * What the tools are asked for; empty where the answer is whole.
     *
     * @throws AgentFailed where the model stopped without saying that it had finished
     */
    List<ToolCall> toolCalls(ObjectMapper json) {
        if (!finished) {
            throw new AgentFailed("The model's answer ended in the middle.");
        }
        return calls.stream().map(call -> call.whole(json)).toList();
    }

    /** This round, as the next request has to repeat it. */
    ObjectNode message() {
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("role", "assistant");
        message.put("content", text.toString());
        ArrayNode toolCalls = message.putArray("tool_calls");
        calls.forEach(call -> toolCalls.add(call.json()));
        return message;
    }

    /** A call of a tool. */
    record ToolCall(String id, String name, JsonNode arguments) {}

    private static final class CallInParts {

        private @Nullable String id;
        private final StringBuilder name = new StringBuilder();
        private final StringBuilder arguments = new StringBuilder();

        void take(ChatChunk.CallPart part) {
            if (part.id() != null && !part.id().isEmpty()) {
                id = part.id();
            }
            ChatChunk.FunctionPart function = part.function();
            if (function == null) {
                return;
            }
            if (function.name() != null) {
                name.append(function.name());
            }
            if (function.arguments() != null) {
                arguments.append(function.arguments());
            }
            if (arguments.length() > MAX_ARGUMENTS_LENGTH || name.length() > MAX_ARGUMENTS_LENGTH) {
                throw new AgentFailed("The model gave a tool more than it can take.");
            }
        }

        ToolCall whole(ObjectMapper json) {
            return new ToolCall(String.valueOf(id), name.toString(), parsed(json));
        }

        /**
         * Arguments that are no JSON object reach the tool as none: its refusal lets the model do
         * better.
         */
        private JsonNode parsed(ObjectMapper json) {
            try {
                JsonNode parsed = json.readTree(arguments.toString());
                return parsed.isObject() ? parsed : JsonNodeFactory.instance.objectNode();
            } catch (JsonProcessingException failure) {
                return JsonNodeFactory.instance.objectNode();
            }
        }

        ObjectNode json() {
            ObjectNode call = JsonNodeFactory.instance.objectNode();
            call.put("id", id).put("type", "function");
            call.putObject("function")
                    .put("name", name.toString())
                    .put("arguments", arguments.toString());
            return call;
        }
    }
}
