package dev.parley.agent;

import java.util.Collections;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an agent learns about the user before it answers.
 *
 * @param temperature how freely a model is to choose its words, 0 to 2; empty is the model's own
 * @param preferences what the user asked to be remembered
 */
public record UserContext(OptionalDouble temperature, SortedMap<String, String> preferences) {

    /** Of somebody who has told nothing. */
    public static final UserContext NONE = new UserContext(OptionalDouble.empty(), Map.of());

    public UserContext {
        preferences = Collections.unmodifiableSortedMap(new TreeMap<>(preferences));
    }

    public UserContext(OptionalDouble temperature, Map<String, String> preferences) {
        this(temperature, new TreeMap<>(preferences));
    }
}
