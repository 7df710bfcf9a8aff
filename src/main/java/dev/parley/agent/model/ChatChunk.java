package dev.parley.agent.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Usage;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One chunk of a streamed chat completion of OpenAI's API, with only the fields that Parley needs.
 */
@RegisterForReflection(
        targets = {
            ChatChunk.class,
            ChatChunk.Choice.class,
            ChatChunk.Delta.class,
            ChatChunk.CallPart.class,
            ChatChunk.FunctionPart.class
        })
@JsonIgnoreProperties(ignoreUnknown = true)
record ChatChunk(
        @Nullable String id,
        @Nullable String model,
        @Nullable List<Choice> choices,
        @Nullable JsonNode usage,
        @Nullable Object error) {

    /** Far more than any context: a count that is wrong cannot overflow a sum. */
    private static final long MAX_COUNT = 1_000_000_000;

    /** Parley reads only the first choice. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Choice(@Nullable Delta delta, @Nullable String finishReason) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Delta(@Nullable String content, @Nullable List<CallPart> toolCalls) {}

    /** A part of a tool call. Parts with the same index belong to the same call. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record CallPart(
            @Nullable Integer index, @Nullable String id, @Nullable FunctionPart function) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record FunctionPart(@Nullable String name, @Nullable String arguments) {}

    /**
     * The tokens that the endpoint reports, if any. A count that is not a whole number of 0 or more
     * is no count: it is left out rather than failing a reply that is complete.
     */
    Optional<Usage> tokens() {
        return Optional.ofNullable(usage)
                .filter(JsonNode::isObject)
                .map(counts ->
                        new Usage(
                                count(counts.path("prompt_tokens")),
                                Math.min(
                                        count(counts.path("prompt_tokens")),
                                        count(
                                                counts.path("prompt_tokens_details")
                                                        .path("cached_tokens"))),
                                count(counts.path("completion_tokens")),
                                false));
    }

    private static long count(JsonNode number) {
        return number.isIntegralNumber() && number.canConvertToLong()
                ? Math.clamp(number.longValue(), 0, MAX_COUNT)
                : 0;
    }
}
