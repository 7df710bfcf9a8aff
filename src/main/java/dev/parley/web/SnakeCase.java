package dev.parley.web;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;

/** Names as the wire spells them. */
final class SnakeCase {

    private static final PropertyNamingStrategies.SnakeCaseStrategy STRATEGY =
            new PropertyNamingStrategies.SnakeCaseStrategy();

    private SnakeCase() {}

    static String of(String javaName) {
        return STRATEGY.translate(javaName);
    }
}
