package dev.parley.agent.approval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolCallHashTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void hashesTheCanonicalText() {
        // printf '{"a":[1,true,null],"b":"x"}' | sha256sum
        assertThat(ToolCallHash.of(json("{\"b\": \"x\", \"a\": [1.0, true, null]}")))
                .isEqualTo("64156349ae56ec12c2431d0fc0bead67422a2e73b75e882a5853482b247aa396");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"b\":2}   | { \"b\" : 2, \"a\" : 1 }",
                "{\"a\":100}         | {\"a\":1e2}",
                "{\"a\":0}           | {\"a\":-0.0}",
                "{\"a\":0.10}        | {\"a\":0.1}",
                "{\"a\":\"\\u00e9\"} | {\"a\":\"é\"}"
            })
    void isTheSameForTheSameValues(String one, String other) {
        assertThat(ToolCallHash.of(json(one))).isEqualTo(ToolCallHash.of(json(other)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1}                  | {\"a\":\"1\"}",
                "{\"a\":null}               | {}",
                "{\"a\":[1,2]}              | {\"a\":[2,1]}",
                "{\"a\":9007199254740993}   | {\"a\":9007199254740992}",
                "{\"a\":\"x\"}              | {\"a\":\"X\"}",
                "{\"a\":\"\\ud800\"}        | {\"a\":\"\\ud801\"}",
                "{\"a\":\"b\\\",\\\"c\"}    | {\"a\":\"b\",\"c\":\"\"}",
                "{\"a\":{\"b\":{}}}         | {\"a\":{},\"b\":{}}",
                "{\"a\":\"null\"}           | {\"a\":null}"
            })
    void differsForOtherValues(String one, String other) {
        assertThat(ToolCallHash.of(json(one))).isNotEqualTo(ToolCallHash.of(json(other)));
    }

    /** For any JSON: other orders of its names keep the hash, one changed text changes it. */
    @Test
    void dependsOnTheValuesAlone() throws JsonProcessingException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            JsonNode any = any(random, 4);
            ObjectNode changed = JsonNodeFactory.instance.objectNode();
            changed.set("value", any);

            assertThat(ToolCallHash.of(shuffled(any, random)))
                    .as("%s, seed %d", any, seed)
                    .matches("[0-9a-f]{64}")
                    .isEqualTo(ToolCallHash.of(any))
                    .isEqualTo(ToolCallHash.of(JSON.readTree(any.toPrettyString())))
                    .isNotEqualTo(ToolCallHash.of(changed));
        }
    }

    private static JsonNode any(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 5 : 7)) {
            case 0 -> JsonNodeFactory.instance.textNode(text(random));
            case 1 -> JsonNodeFactory.instance.numberNode(random.nextLong());
            case 2 -> JsonNodeFactory.instance.numberNode(random.nextGaussian());
            case 3 -> JsonNodeFactory.instance.booleanNode(random.nextBoolean());
            case 4 -> JsonNodeFactory.instance.nullNode();
            case 5 -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(any(random, depth - 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                for (int i = random.nextInt(5); i > 0; i--) {
                    object.set(text(random), any(random, depth - 1));
                }
                yield object;
            }
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append("ab\"\\\n é\u202E\uD83D".charAt(random.nextInt(9)));
        }
        return text.toString().replaceAll("\uD83D", "\uD83D\uDE00");
    }

    private static JsonNode shuffled(JsonNode json, Random random) {
        if (json.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            json.forEach(item -> array.add(shuffled(item, random)));
            return array;
        }
        if (!json.isObject()) {
            return json;
        }
        List<Map.Entry<String, JsonNode>> entries = new ArrayList<>(json.properties());
        Collections.shuffle(entries, random);
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        entries.forEach(entry -> object.set(entry.getKey(), shuffled(entry.getValue(), random)));
        return object;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException failure) {
            throw new IllegalArgumentException(failure);
        }
    }
}
