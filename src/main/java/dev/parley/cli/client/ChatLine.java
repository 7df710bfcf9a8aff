package dev.parley.cli.client;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line that a person types in a conversation. A line that begins with a slash is a command, and
 * is never sent as a message, also if there is no such command: it would be charged.
 */
sealed interface ChatLine {

    /** What {@code /help} prints. */
    List<String> HELP =
            List.of(
                    "TEXT                 sends a message; while the agent works, it joins the"
                            + " turn",
                    "/queue TEXT          sends a message that is answered after the turn",
                    "/queue               lists the messages that wait for an answer",
                    "/queue edit N TEXT   replaces message N of the list",
                    "/queue remove N      removes message N of the list; it then costs nothing",
                    "/usage               shows queries, tokens and cost: used, limit and left",
                    "/new                 starts another conversation",
                    "/help                lists the commands",
                    "/quit                exits, as Ctrl-D does",
                    "//TEXT               sends /TEXT; so does a space before the slash",
                    "Ctrl-C cancels the running turn; Ctrl-R shows again what you have typed.");

    /** The person types nothing. */
    record Blank() implements ChatLine {}

    /** A message to the agent. */
    record Message(String text) implements ChatLine {}

    /** A message that does not join the running turn. */
    record Enqueue(String text) implements ChatLine {}

    record ListQueue() implements ChatLine {}

    /**
     * @param number the number that the list showed
     */
    record EditQueued(int number, String text) implements ChatLine {}

    /**
     * @param number the number that the list showed
     */
    record RemoveQueued(int number) implements ChatLine {}

    record ShowUsage() implements ChatLine {}

    record StartConversation() implements ChatLine {}

    record ShowHelp() implements ChatLine {}

    record Quit() implements ChatLine {}

    /**
     * A command that does not exist, or not so.
     *
     * @param sentence what to type instead
     */
    record Mistyped(String sentence) implements ChatLine {}

    /** Understands a line. */
    static ChatLine of(String line) {
        if (line.isBlank()) {
            return new Blank();
        }
        if (line.startsWith("//")) {
            return new Message(line.substring(1).strip());
        }
        if (!line.startsWith("/")) {
            return new Message(line.strip());
        }
        String[] words = line.strip().split("\\s+", 2);
        String rest = words.length > 1 ? words[1] : "";
        return Name.of(words[0])
                .map(name -> name.understand(rest))
                .orElseGet(() -> new Mistyped(Name.suggestion(words[0])));
    }

    /** The commands. */
    enum Name {
        QUEUE,
        USAGE,
        NEW,
        HELP,
        QUIT;

        private static final Pattern CHANGE =
                Pattern.compile(
                        "(edit|remove)(?:\\s+([0-9]{1,4})(?:\\s+(.*))?)?",
                        Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

        /** An edit or a removal, or what may be a mistyped one: a word and a number. */
        private static final Pattern BEGINS_AS_CHANGE =
                Pattern.compile(
                        "(edit|remove)\\b.*|\\S{1,10}\\s{1,3}[0-9]{1,4}|--",
                        Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

        private static final Pattern END_OF_WORDS = Pattern.compile("--\\s+");
        private static final int MAX_DISTANCE = 2;

        static Optional<Name> of(String typed) {
            return Arrays.stream(values())
                    .filter(name -> name.typed().equals(typed.toLowerCase(Locale.ROOT)))
                    .findFirst();
        }

        private String typed() {
            return "/" + name().toLowerCase(Locale.ROOT);
        }

        private ChatLine understand(String rest) {
            if (this != QUEUE && !rest.isEmpty()) {
                return new Mistyped(
                        "Nothing was sent: write %s alone, or /%s to send it as a message."
                                .formatted(typed(), typed()));
            }
            return switch (this) {
                case QUEUE -> queue(rest);
                case USAGE -> new ShowUsage();
                case NEW -> new StartConversation();
                case HELP -> new ShowHelp();
                case QUIT -> new Quit();
            };
        }

        /** {@code --} before a message says that no edit or removal is meant. */
        private static ChatLine queue(String rest) {
            if (rest.isEmpty()) {
                return new ListQueue();
            }
            Matcher end = END_OF_WORDS.matcher(rest);
            if (end.lookingAt()) {
                return new Enqueue(rest.substring(end.end()));
            }
            if (!BEGINS_AS_CHANGE.matcher(rest).matches()) {
                return new Enqueue(rest);
            }
            Matcher change = CHANGE.matcher(rest);
            if (change.matches() && change.group(2) != null) {
                int number = Integer.parseInt(change.group(2));
                boolean hasText = change.group(3) != null;
                if (change.group(1).equalsIgnoreCase("remove") && !hasText) {
                    return new RemoveQueued(number);
                }
                if (change.group(1).equalsIgnoreCase("edit") && hasText) {
                    return new EditQueued(number, change.group(3));
                }
            }
            return new Mistyped(
                    "Nothing was changed or sent: write /queue remove N or /queue edit N TEXT, or"
                            + " /queue -- TEXT to queue the text as a message.");
        }

        private static String suggestion(String typed) {
            String closest =
                    Arrays.stream(values())
                            .map(Name::typed)
                            .filter(name -> distance(typed, name) <= MAX_DISTANCE)
                            .min(Comparator.comparingInt(name -> distance(typed, name)))
                            .map("Did you mean %s?"::formatted)
                            .orElse("/help lists the commands.");
            return "There is no command %s, and nothing was sent. %s To send it as a message, write /%s."
                    .formatted(typed, closest, typed);
        }

        /** How many characters to insert, delete or replace (Levenshtein distance). */
        private static int distance(String typed, String name) {
            if (Math.abs(typed.length() - name.length()) > MAX_DISTANCE) {
                return Integer.MAX_VALUE;
            }
            int[] row = new int[name.length() + 1];
            Arrays.setAll(row, column -> column);
            for (int i = 1; i <= typed.length(); i++) {
                int diagonal = row[0];
                row[0] = i;
                for (int j = 1; j <= name.length(); j++) {
                    int replaced =
                            diagonal
                                    + (Character.toLowerCase(typed.charAt(i - 1))
                                                    == name.charAt(j - 1)
                                            ? 0
                                            : 1);
                    diagonal = row[j];
                    row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
                }
            }
            return row[name.length()];
        }
    }
}
