package dev.parley.agent.model;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.agent.model.ChatChunk.CallPart;
import dev.parley.agent.model.ChatChunk.Choice;
import dev.parley.agent.model.ChatChunk.Delta;
import dev.parley.agent.model.ChatChunk.FunctionPart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chunks of answers token by token. Endpoints send a chunk for each few characters, so
 * that binding them to objects by reflection would be most of what a reply costs. Fields that
 * Parley does not need are skipped.
 */
final class ChatChunkReader {

    private static final int MAX_NESTING_DEPTH = 64;

    private final ObjectMapper json;

    /**
     * @param json the mapper of the application, whose buffers are shared by virtual threads. Its
     *     strictness is for clients, and costs a set of names for each object
     */
    ChatChunkReader(ObjectMapper json) {
        this.json =
                new ObjectMapper(
                        json.getFactory()
                                .rebuild()
                                .disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                .streamReadConstraints(
                                        StreamReadConstraints.builder()
                                                .maxNestingDepth(MAX_NESTING_DEPTH)
                                                .build())
                                .build());
    }

    /**
     * Reads one chunk.
     *
     * @throws JsonProcessingException if the text is not one JSON object, or a field that Parley
     *     needs has another type
     */
    ChatChunk read(String text) throws JsonProcessingException {
        try (JsonParser parser = json.createParser(text)) {
            parser.nextToken();
            ChatChunk chunk = chunk(parser);
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "There is text behind the chunk");
            }
            return chunk;
        } catch (JsonProcessingException malformed) {
            throw malformed;
        } catch (IOException failure) {
            throw new UncheckedIOException("A text in memory cannot be read", failure);
        }
    }

    private ChatChunk chunk(JsonParser parser) throws IOException {
        @Nullable String id = null;
        @Nullable String model = null;
        @Nullable Choice choice = null;
        @Nullable JsonNode usage = null;
        boolean isError = false;
        requireObject(parser);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            switch (fieldOf(parser)) {
                case "id" -> id = text(parser);
                case "model" -> model = text(parser);
                case "choices" -> choice = firstChoice(parser);
                case "usage" -> usage = isNull(parser) ? null : json.readTree(parser);
                case "error" -> {
                    isError |= !isNull(parser);
                    parser.skipChildren();
                }
                default -> parser.skipChildren();
            }
        }
        return new ChatChunk(id, model, choice, usage, isError);
    }

    private static @Nullable Choice firstChoice(JsonParser parser) throws IOException {
        @Nullable Choice first = null;
        if (isNull(parser)) {
            return null;
        }
        requireArray(parser);
        for (int index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
            if (index == 0) {
                first = isNull(parser) ? null : choice(parser);
            } else {
                parser.skipChildren();
            }
        }
        return first;
    }

    private static Choice choice(JsonParser parser) throws IOException {
        @Nullable Delta delta = null;
        @Nullable String finishReason = null;
        requireObject(parser);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            switch (fieldOf(parser)) {
                case "delta" -> delta = isNull(parser) ? null : delta(parser);
                case "finish_reason" -> finishReason = text(parser);
                default -> parser.skipChildren();
            }
        }
        return new Choice(delta, finishReason);
    }

    private static Delta delta(JsonParser parser) throws IOException {
        @Nullable String content = null;
        @Nullable List<CallPart> toolCalls = null;
        requireObject(parser);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            switch (fieldOf(parser)) {
                case "content" -> content = text(parser);
                case "tool_calls" -> toolCalls = isNull(parser) ? null : callParts(parser);
                default -> parser.skipChildren();
            }
        }
        return new Delta(content, toolCalls);
    }

    private static List<CallPart> callParts(JsonParser parser) throws IOException {
        List<CallPart> parts = new ArrayList<>();
        requireArray(parser);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            parts.add(callPart(parser));
        }
        return parts;
    }

    private static CallPart callPart(JsonParser parser) throws IOException {
        @Nullable Integer index = null;
        @Nullable String id = null;
        @Nullable FunctionPart function = null;
        requireObject(parser);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            switch (fieldOf(parser)) {
                case "index" -> index = isNull(parser) ? null : number(parser);
                case "id" -> id = text(parser);
                case "function" -> function = isNull(parser) ? null : function(parser);
                default -> parser.skipChildren();
            }
        }
        return new CallPart(index, id, function);
    }

    private static FunctionPart function(JsonParser parser) throws IOException {
        @Nullable String name = null;
        @Nullable String arguments = null;
        requireObject(parser);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            switch (fieldOf(parser)) {
                case "name" -> name = text(parser);
                case "arguments" -> arguments = text(parser);
                default -> parser.skipChildren();
            }
        }
        return new FunctionPart(name, arguments);
    }

    /** The name of a field; the parser then stands at the field's value. */
    private static String fieldOf(JsonParser parser) throws IOException {
        String name = parser.currentName();
        parser.nextToken();
        return name;
    }

    private static @Nullable String text(JsonParser parser) throws IOException {
        if (isNull(parser)) {
            return null;
        }
        require(parser, JsonToken.VALUE_STRING);
        return parser.getText();
    }

    private static int number(JsonParser parser) throws IOException {
        require(parser, JsonToken.VALUE_NUMBER_INT);
        return parser.getIntValue();
    }

    private static boolean isNull(JsonParser parser) {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    private static void requireObject(JsonParser parser) throws JsonParseException {
        require(parser, JsonToken.START_OBJECT);
    }

    private static void requireArray(JsonParser parser) throws JsonParseException {
        require(parser, JsonToken.START_ARRAY);
    }

    private static void require(JsonParser parser, JsonToken token) throws JsonParseException {
        if (parser.currentToken() != token) {
            throw new JsonParseException(
                    parser, "%s instead of %s".formatted(parser.currentToken(), token));
        }
    }
}
