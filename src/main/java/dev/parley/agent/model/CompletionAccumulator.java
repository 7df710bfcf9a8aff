package dev.parley.agent.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.FinishReason;
import dev.parley.agent.Usage;
import dev.parley.agent.tool.Round;
import dev.parley.platform.value.JsonDepth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Assembles the model's output of one round from its chunks: text, tool calls, or both. */
final class CompletionAccumulator implements ChunkSink {

    private static final int MAX_ARGUMENTS_LENGTH = 64_000;

    private final int maxToolCalls;
    private final ReplyDeltas deltas;
    private final StringBuilder text = new StringBuilder();
    private final List<PartialToolCall> calls = new ArrayList<>();
    private @Nullable String finishReason;
    private Usage usage = Usage.NONE;
    private boolean hasBegun;

    /**
     * @param eventInterval the least time between two pieces of the reply
     */
    CompletionAccumulator(int maxToolCalls, Duration eventInterval, Consumer<AgentEvent> events) {
        this.maxToolCalls = maxToolCalls;
        this.deltas = new ReplyDeltas(events, eventInterval, System::nanoTime);
    }

    @Override
    public Duration flushAfter() {
        return deltas.flushAfter();
    }

    @Override
    public void flush() {
        deltas.flush();
    }

    @Override
    public void accept(ChatChunk chunk) {
        hasBegun = true;
        chunk.tokens().ifPresent(reported -> usage = usage.max(reported));
        ChatChunk.Choice choice = chunk.choice();
        if (choice == null) {
            return;
        }
        if (choice.delta() != null) {
            appendDelta(choice.delta());
        }
        finishReason = finishReason == null ? choice.finishReason() : finishReason;
    }

    /** Tokens that the endpoint has reported so far. */
    Usage usage() {
        return usage;
    }

    /** Whether the model has begun to answer. */
    boolean hasBegun() {
        return hasBegun;
    }

    /**
     * Tokens that the call has used: as the endpoint reports them, estimated if it reports none.
     *
     * @param inputTokens estimates what the model has read
     */
    Usage usageOr(LongSupplier inputTokens) {
        if (usage.tokens() > 0) {
            return usage;
        }
        long written =
                TokenEstimate.of(text.toString())
                        + calls.stream().mapToLong(PartialToolCall::tokens).sum();
        return new Usage(inputTokens.getAsLong(), 0, written, true);
    }

    /** Why the model finished; a reason that only its endpoint knows counts as a normal end. */
    FinishReason finishReason() {
        return Optional.ofNullable(finishReason)
                .flatMap(FinishReason::of)
                .orElse(FinishReason.STOP);
    }

    private void appendDelta(ChatChunk.Delta delta) {
        if (delta.content() != null) {
            text.append(delta.content());
            deltas.append(delta.content());
        }
        if (delta.toolCalls() != null) {
            delta.toolCalls().forEach(this::appendCallPart);
        }
    }

    /** Some endpoints number the parts; others send complete calls without an index. */
    private void appendCallPart(ChatChunk.CallPart part) {
        int index = part.index() != null ? part.index() : calls.size();
        if (index < 0 || index > calls.size() || index >= maxToolCalls) {
            throw new AgentFailed(
                    "The model requested too many tool calls at once, or in no order.");
        }
        if (index == calls.size()) {
            calls.add(new PartialToolCall());
        }
        calls.get(index).append(part);
    }

    /**
     * The text and the tool calls of this round; empty if the reply is complete.
     *
     * @throws AgentFailed if the stream ended without a finish reason
     */
    Optional<Round> round(ObjectMapper json) {
        if (finishReason == null) {
            throw new AgentFailed("The model's answer is incomplete.");
        }
        return calls.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Round(
                                text.toString(),
                                calls.stream().map(call -> call.toCall(json)).toList()));
    }

    private static final class PartialToolCall {

        private @Nullable String id;
        private final StringBuilder name = new StringBuilder();
        private final StringBuilder arguments = new StringBuilder();

        void append(ChatChunk.CallPart part) {
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
                throw new AgentFailed("The model's arguments for a tool are too long.");
            }
        }

        long tokens() {
            return TokenEstimate.of(name.toString()) + TokenEstimate.of(arguments.toString());
        }

        Round.Call toCall(ObjectMapper json) {
            return new Round.Call(String.valueOf(id), name.toString(), parseArguments(json));
        }

        /**
         * The arguments; the text as it came if it is no JSON object, or is nested too deeply. A
         * tool without arguments may be called with no text at all.
         */
        private JsonNode parseArguments(ObjectMapper json) {
            if (arguments.toString().isBlank()) {
                return JsonNodeFactory.instance.objectNode();
            }
            try {
                JsonNode parsed = json.readTree(arguments.toString());
                if (parsed.isNull()) {
                    return JsonNodeFactory.instance.objectNode();
                }
                return parsed.isObject() && !JsonDepth.isTooDeep(parsed)
                        ? parsed
                        : new TextNode(arguments.toString());
            } catch (JsonProcessingException malformed) {
                return new TextNode(arguments.toString());
            }
        }
    }
}
