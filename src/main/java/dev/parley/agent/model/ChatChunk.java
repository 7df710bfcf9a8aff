package dev.parley.agent.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
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
            ChatChunk.FunctionPart.class,
            ChatChunk.Tokens.class
        })
@JsonIgnoreProperties(ignoreUnknown = true)
record ChatChunk(@Nullable List<Choice> choices, @Nullable Tokens usage, @Nullable Object error) {

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

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Tokens(long promptTokens, long completionTokens) {}
}
