package dev.parley.agent.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.Agent;
import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentRequest;
import dev.parley.agent.AgentType;
import dev.parley.agent.AgentUnavailable;
import dev.parley.agent.tool.Tool;
import dev.parley.agent.tool.Toolbox;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;

/**
 * The assistant, where a language model is configured: asks the model, uses the tools that it asks
 * for, asks again.
 */
@ApplicationScoped
class LanguageModel implements Agent {

    private static final DateTimeFormatter NOW =
            DateTimeFormatter.ofPattern("EEEE, yyyy-MM-dd HH:mm 'UTC'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private final ModelConfig config;
    private final AgentConfig limits;
    private final ModelEndpoint endpoint;
    private final CircuitBreakerGate circuit;
    private final ModelCallTracing span;
    private final ObjectMapper json;

    LanguageModel(
            ModelConfig config,
            AgentConfig limits,
            ModelEndpoint endpoint,
            CircuitBreakerGate circuit,
            ModelCallTracing span,
            ObjectMapper json) {
        this.config = config;
        this.limits = limits;
        this.endpoint = endpoint;
        this.circuit = circuit;
        this.span = span;
        this.json = json;
    }

    @Override
    public AgentType type() {
        return AgentType.ASSISTANT;
    }

    @Override
    public String description() {
        return "Talks about anything; keeps tasks, remembers things, follows what is learnt.";
    }

    @Override
    public boolean enabled() {
        return config.baseUrl().isPresent();
    }

    @Override
    public void requireAvailable(UUID turn) {
        circuit.requireClosed(turn);
    }

    @Override
    public void release(UUID turn) {
        circuit.release(turn);
    }

    @Override
    public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
        ArrayNode messages = messages(briefing);
        goOn(messages, briefing.toolbox().drainRecordedCalls());
        for (int round = 1; round <= limits.maxToolRounds() + 1; round++) {
            CompletionAccumulator completion =
                    new CompletionAccumulator(limits.maxToolCallsPerRound(), hear);
            complete(messages, briefing, round == 1, completion);
            List<CompletionAccumulator.ToolCall> calls = completion.toolCalls(json);
            if (calls.isEmpty()) {
                return;
            }
            messages.add(completion.message());
            calls.forEach(call -> messages.add(used(briefing.toolbox(), call)));
        }
        throw new AgentFailed(
                "The model went on using tools for %d rounds.".formatted(limits.maxToolRounds()));
    }

    private void complete(
            ArrayNode messages,
            AgentRequest briefing,
            boolean isFirst,
            CompletionAccumulator completion) {
        try {
            span.around(
                    completion,
                    () ->
                            endpoint.complete(
                                    request(messages, briefing),
                                    isFirst,
                                    briefing.stopped(),
                                    completion));
        } catch (ConnectFailed failure) {
            throw new AgentUnavailable("The model cannot be reached.", failure);
        } catch (ModelEndpointFailure failure) {
            throw new AgentFailed(failure.detail(), failure);
        } catch (CircuitBreakerOpenException failure) {
            throw circuit.isOpen(failure);
        }
    }

    /** Tells the model what it did before a crash, as if it had just done it. */
    private void goOn(ArrayNode messages, List<Toolbox.ToolCall> recorded) {
        for (int number = 1; number <= recorded.size(); number++) {
            Toolbox.ToolCall use = recorded.get(number - 1);
            String id = "recorded_" + number;
            ObjectNode call = messages.addObject().put("role", "assistant").putNull("content");
            call.putArray("tool_calls")
                    .addObject()
                    .put("id", id)
                    .put("type", "function")
                    .putObject("function")
                    .put("name", use.name())
                    .put("arguments", use.arguments().toString());
            messages.add(answer(id, use.outcome()));
        }
    }

    private ObjectNode request(ArrayNode messages, AgentRequest briefing) {
        Toolbox toolbox = briefing.toolbox();
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("model", config.name());
        request.put("stream", true);
        request.putObject("stream_options").put("include_usage", true);
        briefing.userContext()
                .temperature()
                .ifPresent(temperature -> request.put("temperature", temperature));
        request.set("messages", messages);
        if (!toolbox.tools().isEmpty()) {
            ArrayNode tools = request.putArray("tools");
            toolbox.tools().forEach(tool -> tools.add(described(tool)));
        }
        return request;
    }

    private static ArrayNode messages(AgentRequest briefing) {
        ArrayNode messages = JsonNodeFactory.instance.arrayNode();
        messages.addObject().put("role", "system").put("content", instructions(briefing));
        for (AgentRequest.ChatMessage said : briefing.history()) {
            messages.addObject().put("role", role(said.speaker())).put("content", said.content());
        }
        return messages;
    }

    private static String instructions(AgentRequest briefing) {
        return """
        You are the assistant of a chat in which a person keeps tasks. Use the tools to read and change the tasks, what is \
        remembered of the person, skills, trainings and notifications: never claim to have done what no tool has done. Ask \
        when it is not clear what is meant. Answer in the person's language, briefly. It is %s.%s\
        """
                .formatted(
                        NOW.format(briefing.now()),
                        remembered(briefing.userContext().preferences()));
    }

    /** What people asked to be remembered is theirs to say, and no instruction of ours. */
    private static String remembered(Map<String, String> preferences) {
        return preferences.isEmpty()
                ? ""
                : preferences.entrySet().stream()
                        .map(entry -> "- %s: %s".formatted(entry.getKey(), entry.getValue()))
                        .collect(
                                Collectors.joining(
                                        "\n",
                                        "\n\nThe person asked you to remember this about them:\n",
                                        ""));
    }

    private static String role(AgentRequest.Speaker speaker) {
        return switch (speaker) {
            case USER -> "user";
            case ASSISTANT -> "assistant";
        };
    }

    private static ObjectNode described(Tool tool) {
        ObjectNode described = JsonNodeFactory.instance.objectNode().put("type", "function");
        described
                .putObject("function")
                .put("name", tool.name())
                .put("description", tool.description())
                .set("parameters", tool.parameters());
        return described;
    }

    private ObjectNode used(Toolbox toolbox, CompletionAccumulator.ToolCall call) {
        return answer(call.id(), toolbox.call(call.name(), call.arguments()).content());
    }

    private ObjectNode answer(String callId, JsonNode content) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("role", "tool")
                .put("tool_call_id", callId)
                .put("content", content.toString());
    }
}
