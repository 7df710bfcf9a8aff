package dev.parley.agent.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.Usage;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One chunk of a streamed chat completion of OpenAI's API, with only the fields that Parley needs.
 *
 * @param choice the first choice
 * @param usage the tokens that the call has used, as the endpoint reports them
 * @param isError whether the endpoint reports an error instead of an answer
 */
record ChatChunk(
        @Nullable String id,
        @Nullable String model,
        @Nullable Choice choice,
        @Nullable JsonNode usage,
        boolean isError) {

    /** Far more than any context: a count that is wrong cannot overflow a sum. */
    private static final long MAX_COUNT = 1_000_000_000;

    record Choice(@Nullable Delta delta, @Nullable String finishReason) {}

    record Delta(@Nullable String content, @Nullable List<CallPart> toolCalls) {}

    /** A part of a tool call. Parts with the same index belong to the same call. */
    record CallPart(
            @Nullable Integer index, @Nullable String id, @Nullable FunctionPart function) {}

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
