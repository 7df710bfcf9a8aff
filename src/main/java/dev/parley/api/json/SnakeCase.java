package dev.parley.api.json;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;

/** Names as the wire spells them. */
public final class SnakeCase {

    private static final PropertyNamingStrategies.SnakeCaseStrategy STRATEGY =
            new PropertyNamingStrategies.SnakeCaseStrategy();

    private SnakeCase() {}

    public static String of(String javaName) {
        return STRATEGY.translate(javaName);
    }
}
