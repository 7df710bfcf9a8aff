package dev.parley.agent.offline;

import static dev.parley.agent.offline.ToolCaller.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Executes an intent about preferences with the tools, and returns the reply. */
final class PreferenceIntentHandler {

    private static final int MAX_KEY_LENGTH = 64;
    private static final int MAX_KEY_WORDS = 5;
    static final Pattern MY_THING_IS =
            Pattern.compile("(?is)my (?<thing>.+?) (?:is|are) (?<value>.+)");

    private final ToolCaller tools;

    PreferenceIntentHandler(ToolCaller tools) {
        this.tools = tools;
    }

    /** Executes the intent and returns the reply. */
    String handle(Intent.OfPreferences intent) {
        return switch (intent) {
            case Intent.Remember remember -> remember(remember.what());
            case Intent.Recall recall -> withAll(PreferenceIntentHandler::recall);
            case Intent.Forget forget -> withAll(all -> forget(forget.what(), all));
            case Intent.ForgetAll forget ->
                    withAll(all ->
                            tools.callForEach(
                                    "forget",
                                    all.stream().map(Preference::asArgument).toList(),
                                    "I have forgotten all that I knew about you."));
        };
    }

    private String remember(String what) {
        Matcher thing = MY_THING_IS.matcher(what);
        boolean isThing = thing.matches();
        ObjectNode arguments =
                arguments()
                        .put("key", key(isThing ? thing.group("thing") : firstWords(what)))
                        .put("value", isThing ? thing.group("value") : what);
        return tools.call(
                "remember",
                arguments,
                done -> "I will remember that: %s.".formatted(Preference.of(done).text()));
    }

    private static String recall(List<Preference> all) {
        return all.isEmpty()
                ? "I know nothing about you yet. Say \"remember that ...\" to change that."
                : "This is what I know about you:\n" + lines(all);
    }

    private String forget(String what, List<Preference> all) {
        String key = key(what.replaceFirst("(?i)^(?:my|that|the|i) ", ""));
        List<Preference> found =
                all.stream().filter(preference -> preference.key().equals(key)).toList();
        if (found.isEmpty()) {
            String words = what.toLowerCase(Locale.ENGLISH);
            found = all.stream().filter(preference -> preference.mentions(words)).toList();
        }
        return switch (found.size()) {
            case 0 ->
                    "I know nothing like \"%s\". Say \"what do you know about me\" to see it all."
                            .formatted(what);
            case 1 -> forget(found.getFirst());
            default -> "Which of these do you mean?\n" + lines(found);
        };
    }

    private String forget(Preference preference) {
        return tools.call(
                "forget",
                preference.asArgument(),
                done -> "I have forgotten %s.".formatted(preference.text()));
    }

    private String withAll(Function<List<Preference>, String> reply) {
        return tools.call(
                "list_preferences",
                arguments(),
                listed ->
                        reply.apply(
                                listed.path("preferences")
                                        .valueStream()
                                        .map(Preference::of)
                                        .toList()));
    }

    private static String lines(List<Preference> preferences) {
        return preferences.stream()
                .map(preference -> "- " + preference.text())
                .collect(Collectors.joining("\n"));
    }

    private static String firstWords(String text) {
        return Stream.of(text.split("\\s+")).limit(MAX_KEY_WORDS).collect(Collectors.joining(" "));
    }

    /**
     * Converts words to a key. Words without any of a-z and 0-9 get a key from their hash code,
     * which is always the same.
     */
    private static String key(String words) {
        String key =
                words.toLowerCase(Locale.ENGLISH)
                        .replaceAll("[^a-z0-9]+", "-")
                        .replaceAll("^-|-$", "");
        String plain = key.isEmpty() ? "note-" + Integer.toHexString(words.hashCode()) : key;
        return plain.length() > MAX_KEY_LENGTH ? plain.substring(0, MAX_KEY_LENGTH) : plain;
    }

    private record Preference(String key, String value) {

        static Preference of(JsonNode json) {
            return new Preference(json.path("key").asText(), json.path("value").asText());
        }

        String text() {
            return "%s: %s".formatted(key.replace('-', ' '), value);
        }

        boolean mentions(String words) {
            return text().toLowerCase(Locale.ENGLISH).contains(words);
        }

        ObjectNode asArgument() {
            return arguments().put("key", key);
        }
    }
}
