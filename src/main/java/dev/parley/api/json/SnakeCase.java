package dev.parley.api.json;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;

/** Converts Java names to the names in JSON. */
public final class SnakeCase {

    private static final PropertyNamingStrategies.SnakeCaseStrategy STRATEGY =
            new PropertyNamingStrategies.SnakeCaseStrategy();

    private SnakeCase() {}

    public static String of(String javaName) {
        return STRATEGY.translate(javaName);
    }
}
