package dev.parley.agent.assistant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.Toolbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Remembers what a user asks it to, with the tools, and says what was remembered. */
final class MemoryClerk {

    private static final int LONGEST_KEY = 64;
    private static final int WORDS_OF_A_KEY = 5;
    private static final Pattern MY_THING_IS =
            Pattern.compile("my (?<thing>.+?) (?:is|are) (?<value>.+)", Pattern.CASE_INSENSITIVE);

    private final Toolbox toolbox;

    MemoryClerk(Toolbox toolbox) {
        this.toolbox = toolbox;
    }

    /** The reply, after all is done. */
    String handle(Request.AboutUser request) {
        return switch (request) {
            case Request.Remember remember -> remember(remember.what());
            case Request.Recall recall -> withAll(MemoryClerk::told);
            case Request.Forget forget -> withAll(all -> forget(forget.what(), all));
            case Request.ForgetAll forget -> withAll(this::forgetAll);
        };
    }

    private String remember(String what) {
        Matcher thing = MY_THING_IS.matcher(what);
        boolean isThing = thing.matches();
        ObjectNode arguments =
                arguments()
                        .put("key", isThing ? key(thing.group("thing")) : key(firstWords(what)))
                        .put("value", isThing ? thing.group("value") : what);
        Toolbox.Outcome outcome = toolbox.use("remember", arguments);
        return outcome.ok()
                ? "I will remember that: %s.".formatted(Thing.of(outcome.content()).told())
                : failed(outcome);
    }

    private static String told(List<Thing> all) {
        return all.isEmpty()
                ? "I know nothing about you yet. Say \"remember that ...\" to change that."
                : "This is what I know about you:\n"
                        + all.stream()
                                .map(thing -> "- " + thing.told())
                                .collect(Collectors.joining("\n"));
    }

    private String forget(String what, List<Thing> all) {
        String wanted = key(what.replaceFirst("(?i)^(?:my|that|the|i) ", ""));
        List<Thing> found = all.stream().filter(thing -> thing.key().equals(wanted)).toList();
        if (found.isEmpty()) {
            found = all.stream().filter(thing -> thing.mentions(what)).toList();
        }
        if (found.isEmpty()) {
            return "I know nothing like \"%s\". Say \"what do you know about me\" to see it all."
                    .formatted(what);
        }
        if (found.size() > 1) {
            return "Which of these do you mean?\n"
                    + found.stream()
                            .map(thing -> "- " + thing.told())
                            .collect(Collectors.joining("\n"));
        }
        Thing one = found.getFirst();
        Toolbox.Outcome outcome = forget(one);
        return outcome.ok() ? "I have forgotten %s.".formatted(one.told()) : failed(outcome);
    }

    private String forgetAll(List<Thing> all) {
        for (Thing thing : all) {
            Toolbox.Outcome outcome = forget(thing);
            if (!outcome.ok()) {
                return failed(outcome);
            }
        }
        return "I have forgotten all that I knew about you.";
    }

    private Toolbox.Outcome forget(Thing thing) {
        return toolbox.use("forget", arguments().put("key", thing.key()));
    }

    private String withAll(Function<List<Thing>, String> work) {
        Toolbox.Outcome listed = toolbox.use("list_preferences", arguments());
        if (!listed.ok()) {
            return failed(listed);
        }
        List<Thing> all = new ArrayList<>();
        listed.content().path("preferences").forEach(one -> all.add(Thing.of(one)));
        return work.apply(all);
    }

    private static String firstWords(String text) {
        return text.lines()
                .flatMap(line -> Pattern.compile("\\s+").splitAsStream(line))
                .limit(WORDS_OF_A_KEY)
                .collect(Collectors.joining(" "));
    }

    /** Words as a key; what has no plain letters gets one that is always the same. */
    private static String key(String words) {
        String key =
                words.toLowerCase(Locale.ENGLISH)
                        .replaceAll("[^a-z0-9]+", "-")
                        .replaceAll("^-|-$", "");
        String plain = key.isEmpty() ? "note-" + Integer.toHexString(words.hashCode()) : key;
        return plain.length() > LONGEST_KEY ? plain.substring(0, LONGEST_KEY) : plain;
    }

    private static String failed(Toolbox.Outcome outcome) {
        return "That did not work: " + outcome.content().path("error").asText();
    }

    private static ObjectNode arguments() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Something that is remembered. */
    private record Thing(String key, String value) {

        static Thing of(JsonNode preference) {
            return new Thing(preference.path("key").asText(), preference.path("value").asText());
        }

        String told() {
            return "%s: %s".formatted(key.replace('-', ' '), value);
        }

        boolean mentions(String words) {
            String all = told().toLowerCase(Locale.ENGLISH);
            return all.contains(words.toLowerCase(Locale.ENGLISH));
        }
    }
}
