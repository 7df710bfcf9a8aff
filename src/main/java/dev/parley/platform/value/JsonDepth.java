package dev.parley.platform.value;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How deeply the arguments of tools may be nested. Parley reads 64 levels, and stores and shows
 * arguments inside of JSON of its own.
 */
public final class JsonDepth {

    /** Maximum number of levels of objects and arrays. */
    public static final int MAX = 32;

    private JsonDepth() {}

    public static boolean isTooDeep(JsonNode json) {
        return isDeeperThan(MAX, json);
    }

    private static boolean isDeeperThan(int levels, JsonNode json) {
        return json.isContainerNode()
                && (levels == 0
                        || json.valueStream().anyMatch(child -> isDeeperThan(levels - 1, child)));
    }
}
