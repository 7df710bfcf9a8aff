package dev.parley.agent.approval;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says whether a tool call needs an approval. */
public sealed interface ApprovalRule {

    /** Maximum length of a rule in characters. */
    int MAX_LENGTH = 500;

    /** The start of a rule with a condition. */
    Pattern WHEN = Pattern.compile("when[\\s:]", Pattern.CASE_INSENSITIVE);

    /** What this rule demands for a call with these arguments. */
    Demand demand(JsonNode arguments);

    /** Whether a call with these arguments needs an approval, once or each time. */
    default boolean asks(JsonNode arguments) {
        return demand(arguments) != Demand.NONE;
    }

    /**
     * Where the rule does not fit a tool.
     *
     * @param schema the JSON Schema of the tool's arguments
     * @return one sentence for each mistake
     */
    default List<String> mistakes(JsonNode schema) {
        return List.of();
    }

    /**
     * Parses {@code never}, {@code always}, {@code once_per_conversation} or {@code when
     * CONDITION}.
     *
     * @throws IllegalArgumentException if the text is no rule, with a sentence that says what to
     *     write
     */
    static ApprovalRule parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "The rule has %d characters; at most %d are allowed."
                            .formatted(text.length(), MAX_LENGTH));
        }
        String rule = text.strip();
        return switch (rule.toLowerCase(Locale.ROOT).replace('-', '_')) {
            case "never" -> new Never();
            case "always" -> new Always();
            case "once_per_conversation" -> new OncePerConversation();
            default -> new When(ArgumentCondition.parse(condition(rule)));
        };
    }

    private static String condition(String rule) {
        Matcher when = WHEN.matcher(rule);
        if (!when.lookingAt()) {
            throw new IllegalArgumentException(
                    "Write never, always, once_per_conversation, or when and a condition such as:"
                            + " when priority = urgent.");
        }
        return rule.substring(when.end());
    }

    /** No call needs an approval. */
    record Never() implements ApprovalRule {
        @Override
        public Demand demand(JsonNode arguments) {
            return Demand.NONE;
        }
    }

    /** Each call needs an approval. */
    record Always() implements ApprovalRule {
        @Override
        public Demand demand(JsonNode arguments) {
            return Demand.EACH_CALL;
        }
    }

    /** The first approval holds for all later calls of the tool in the conversation. */
    record OncePerConversation() implements ApprovalRule {
        @Override
        public Demand demand(JsonNode arguments) {
            return Demand.ONCE_PER_CONVERSATION;
        }
    }

    /** A call whose arguments fulfil the condition needs an approval. */
    record When(ArgumentCondition condition) implements ApprovalRule {
        @Override
        public Demand demand(JsonNode arguments) {
            return condition.holds(arguments) ? Demand.EACH_CALL : Demand.NONE;
        }

        @Override
        public List<String> mistakes(JsonNode schema) {
            return condition.mistakes(schema);
        }
    }
}
