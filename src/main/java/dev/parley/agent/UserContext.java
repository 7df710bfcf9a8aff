package dev.parley.agent;

import java.util.Collections;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an agent knows about the user.
 *
 * @param temperature sampling temperature of the model, 0 to 2; empty for the model's default
 * @param preferences what the user has asked Parley to remember, by key
 */
public record UserContext(OptionalDouble temperature, SortedMap<String, String> preferences) {

    /** The context of a user without preferences. */
    public static final UserContext NONE = new UserContext(OptionalDouble.empty(), Map.of());

    public UserContext {
        preferences = Collections.unmodifiableSortedMap(new TreeMap<>(preferences));
    }

    public UserContext(OptionalDouble temperature, Map<String, String> preferences) {
        this(temperature, new TreeMap<>(preferences));
    }
}
