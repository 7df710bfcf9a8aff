package dev.parley.agent.assistant;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a message asks for. A list of forms, tried from the most to the least particular;
 * what matches none is not understood, and nothing is guessed.
 */
final class Understanding {

    /** Characters of a plain request; what is longer is none, and patterns would labour at it. */
    private static final int LONGEST = 1_000;

    private static final String PRIORITY = "(?<priority>low|normal|medium|high|urgent)";
    private static final String NO_QUESTION = "(?!what |which |when |who |is |are )";
    private static final String TASK = "(?<task>.+?)";
    private static final String DATE = "(?<date>.+)";
    private static final String TITLE = "(?<title>.+)";

    private static final Pattern GREETING =
            Pattern.compile(
                    "(?:hi|hello|hey|good (?:morning|day|evening|afternoon))(?: there)?[.!?, ]*",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern POLITENESS =
            Pattern.compile(
                    "^(?:(?:hey|hi|hello|ok|okay|so|well|now|and|then)[,!.]?"
                        + " +)?(?:(?:please|kindly|can you|could you|would you|will you|i want you"
                        + " to|i'd like you to|i would like you to|let's|lets)[, ]+)*",
                    Pattern.CASE_INSENSITIVE);
    private static final Pattern THANKS =
            Pattern.compile(
                    "[\\s.!?,;]*(?:,? (?:please|thanks|thank you|for me))*[\\s.!?,;]*$",
                    Pattern.CASE_INSENSITIVE);

    /** What may stand behind a new task's title, looked for again and again from the end. */
    private static final Pattern DUE_AT_END =
            Pattern.compile(
                    "^(?<rest>.+?),?(?: \\(?(?:which is |that is |is"
                            + " )?(?:due|by|for|until|before|on))*,? (?<date>"
                            + DatesInWords.ANY
                            + ")\\)?$",
                    Pattern.CASE_INSENSITIVE);

    private static final Pattern PRIORITY_AT_END =
            Pattern.compile(
                    "^(?<rest>.+?)(?:,? (?:with|at|as|and)(?: an?)?| -|,)? \\(?(?:priority:? "
                            + PRIORITY
                            + "|(?<priority2>low|normal|medium|high|urgent)[-"
                            + " ]priority|(?<priority3>urgent))\\)?$",
                    Pattern.CASE_INSENSITIVE);

    /** Made once: a pattern costs more to make than to use. */
    private static final List<Form> FORMS = forms();

    private final DatesInWords dates;

    Understanding(LocalDate today) {
        dates = new DatesInWords(today);
    }

    Request understand(String message) {
        if (message.length() > LONGEST) {
            return new Request.TooLong(LONGEST);
        }
        if (GREETING.matcher(message.strip()).matches()) {
            return new Request.Greeting();
        }
        String plain = plain(message);
        for (Form form : FORMS) {
            Matcher matcher = form.pattern().matcher(plain);
            if (matcher.matches()) {
                @Nullable Request request = form.request().apply(matcher, dates);
                if (request != null) {
                    return request;
                }
            }
        }
        return new Request.NotUnderstood();
    }

    /** A way to say a thing. It may still find that the thing is not meant. */
    private record Form(
            Pattern pattern, BiFunction<Matcher, DatesInWords, @Nullable Request> request) {}

    private static List<Form> forms() {
        return List.of(
                form(
                        "(?:help|what can you do|what do you do|how does this work|commands)(?:"
                                + " me)?",
                        (said, dates) -> new Request.Help()),
                form(
                        "(?:what|which things?) (?:do|can) you (?:know|remember)(?: (?:about|of)"
                                + " me)?",
                        (said, dates) -> new Request.Recall()),
                form(
                        "(?:show|list|tell)(?: me)? (?:my preferences|(?:all |everything )?(?:that"
                                + " )?(?:what )?you (?:know|remember)(?: (?:about|of) me)?)",
                        (said, dates) -> new Request.Recall()),
                form(
                        "forget (?:everything|all|it all|all of it)(?: (?:that )?you know)?(?:"
                                + " (?:about|of) me)?",
                        (said, dates) -> new Request.ForgetAll()),
                form(
                        "forget(?: about| that)? (?<what>.+)",
                        (said, dates) -> new Request.Forget(unquoted(said.group("what")))),
                form(
                        "(?:remember|keep in mind)(?: that)?[:,]? (?!to )(?<what>.+)",
                        (said, dates) -> new Request.Remember(unquoted(said.group("what")))),
                form(
                        ".*\\bprioriti[sz](?:e|ing|ation)\\b.*",
                        (said, dates) -> new Request.Prioritise()),
                form(
                        "(?:what|which)(?: task)? (?:should|shall|do|must) i"
                            + " (?:do|start|begin|tackle|work on)(?: with)?(?: first| next| now|"
                            + " today)?",
                        (said, dates) -> new Request.Prioritise()),
                form(
                        "(?:what(?:'s| is| are)|which is)(?: the| my)? most important.*",
                        (said, dates) -> new Request.Prioritise()),
                form(
                        "(?:set|change|put)(?: the)? priority (?:of|for|on) "
                                + TASK
                                + " to "
                                + PRIORITY
                                + "(?: priority)?",
                        (said, dates) -> priority(said)),
                form(
                        "(?:make|mark|set|flag) "
                                + TASK
                                + "(?: as| to)?(?: an?)? "
                                + PRIORITY
                                + "(?:[- ]priority)?(?: task)?",
                        (said, dates) -> priority(said)),
                form(
                        "(?:give) " + TASK + "(?: an?| the)? " + PRIORITY + " priority",
                        (said, dates) -> priority(said)),
                form(
                        "(?:remove|delete|clear|drop)(?: the)? (?:due date|deadline)"
                                + " (?:of|from|for|on) "
                                + TASK,
                        (said, dates) -> new Request.SetDue(task(said), Optional.empty())),
                form(
                        "(?:set|change|put|move)(?: the)? (?:due date|deadline) (?:of|for|on) "
                                + TASK
                                + " (?:to|on|for) "
                                + DATE,
                        Understanding::due),
                form(
                        "(?:set|make|mark) " + TASK + "(?: as| to be)? due(?: on| by)? " + DATE,
                        Understanding::due),
                form(
                        "(?:move|postpone|reschedule|push|delay|schedule) "
                                + TASK
                                + " (?:to|until|till|for|on) "
                                + DATE,
                        Understanding::due),
                form(NO_QUESTION + TASK + " is due(?: on| by)? " + DATE, Understanding::due),
                form(
                        "(?:mark|set) "
                                + TASK
                                + "(?: as| to)? (?:done|complete|completed|finished)",
                        (said, dates) -> status(said, "completed")),
                form(
                        "(?:mark|set) " + TASK + "(?: as| to)? (?:in progress|started|begun)",
                        (said, dates) -> status(said, "in_progress")),
                form(
                        "(?:mark|set) "
                                + TASK
                                + "(?: as| to)? (?:pending|open|not done|undone|to do|todo)",
                        (said, dates) -> status(said, "pending")),
                form(
                        "(?:complete|finish|close|tick off|check off|done with|done:?) " + TASK,
                        (said, dates) -> status(said, "completed")),
                form(
                        "i(?:'ve| have)?(?: just)? (?:done|did|finished|completed) " + TASK,
                        (said, dates) -> status(said, "completed")),
                form(
                        NO_QUESTION + TASK + " is (?:done|complete|completed|finished)",
                        (said, dates) -> status(said, "completed")),
                form(
                        "(?:start|begin)(?: working on| with)? " + TASK,
                        (said, dates) -> status(said, "in_progress")),
                form("(?:reopen|re-open) " + TASK, (said, dates) -> status(said, "pending")),
                form("rename " + TASK + " (?:to|into|as) " + TITLE, (said, dates) -> rename(said)),
                form(
                        "(?:change|set)(?: the)? (?:title|name) of " + TASK + " to " + TITLE,
                        (said, dates) -> rename(said)),
                form("call " + TASK + " " + "(?<title>[\"'“].+)", (said, dates) -> rename(said)),
                form(
                        "(?:delete|remove|drop|erase|get rid of) "
                                + TASK
                                + "(?: from (?:my |the )?(?:list|tasks))?",
                        (said, dates) -> new Request.Delete(task(said))),
                form(
                        "(?:show|list|display|give|tell|what|which|see|view|my|read|are there|do i"
                                + " have|have i)\\b(?<what>.*)",
                        (said, dates) -> show(said)),
                form(
                        "(?:all )?(?:my )?(?<what>(?:open |pending |completed |done |overdue"
                                + " |urgent )?(?:tasks?|todos?|to-dos?|list))",
                        (said, dates) -> show(said)),
                form(
                        "(?:add|create|make|new|put|note)(?: me)?(?: an?| another| the)?(?:"
                                + " new)?(?: (?<priority>low|normal|medium|high|urgent)(?:[-"
                                + " ]priority)?)?(?: (?:task|todo|to-do|reminder|item))(?: called|"
                                + " named| to| for|:)*,?:? +"
                                + TITLE,
                        Understanding::add),
                form(
                        "(?:add|create|put|note)(?: me)?:? +(?<title>.+?)(?: (?:to|on|in|onto)"
                            + " (?:my|the) (?:list|tasks|task list|todos?|to-dos?|todo list|to-do"
                            + " list))?",
                        Understanding::add),
                form(
                        "(?:remind me to|remind me that|remember to|i need to|i have to|i must|i"
                                + " should|don't let me forget to|todo:?|task:?) +"
                                + TITLE,
                        Understanding::add));
    }

    private static Form form(
            String pattern, BiFunction<Matcher, DatesInWords, @Nullable Request> request) {
        return new Form(
                Pattern.compile(pattern, Pattern.CASE_INSENSITIVE | Pattern.DOTALL), request);
    }

    private static String plain(String message) {
        String oneLine = message.strip().replaceAll("\\s+", " ").replace('’', '\'');
        String polite = POLITENESS.matcher(oneLine).replaceFirst("");
        return THANKS.matcher(polite).replaceFirst("");
    }

    private static Request add(Matcher said, DatesInWords dates) {
        String title = said.group("title");
        Optional<String> priority =
                Optional.ofNullable(namedGroup(said, "priority")).map(Understanding::priorityOf);
        Optional<LocalDate> dueOn = Optional.empty();
        for (boolean found = true; found; ) {
            found = false;
            Matcher due = DUE_AT_END.matcher(title);
            if (dueOn.isEmpty() && due.matches()) {
                Optional<LocalDate> date = dates.read(due.group("date"));
                if (date.isPresent()) {
                    dueOn = date;
                    title = due.group("rest");
                    found = true;
                }
            }
            Matcher important = PRIORITY_AT_END.matcher(title);
            if (priority.isEmpty() && important.matches()) {
                priority = Optional.of(priorityOf(firstGiven(important)));
                title = important.group("rest");
                found = true;
            }
        }
        return new Request.Add(unquoted(title), priority, dueOn);
    }

    private static String firstGiven(Matcher said) {
        return Optional.ofNullable(said.group("priority"))
                .or(() -> Optional.ofNullable(said.group("priority2")))
                .orElseGet(() -> said.group("priority3"));
    }

    private static Request due(Matcher said, DatesInWords dates) {
        String words = said.group("date");
        return dates.read(words)
                .<Request>map(date -> new Request.SetDue(task(said), Optional.of(date)))
                .orElseGet(() -> new Request.UnknownDate(words));
    }

    private static Request priority(Matcher said) {
        return new Request.SetPriority(task(said), priorityOf(said.group("priority")));
    }

    private static Request status(Matcher said, String status) {
        return new Request.ChangeStatus(task(said), status);
    }

    private static Request rename(Matcher said) {
        return new Request.Rename(task(said), unquoted(said.group("title")));
    }

    private static @Nullable Request show(Matcher said) {
        String what = said.group("what").toLowerCase(Locale.ENGLISH);
        boolean aboutTasks =
                what.matches(
                        ".*\\b(?:tasks?|todos?|to-dos?|to do|list|due|overdue|deadlines?|on my"
                                + " plate)\\b.*");
        return aboutTasks ? new Request.Show(filter(what)) : null;
    }

    private static Request.Filter filter(String what) {
        if (what.contains("overdue") || what.contains("late")) {
            return Request.Filter.OVERDUE;
        }
        if (what.contains("today")) {
            return Request.Filter.DUE_TODAY;
        }
        if (what.contains("tomorrow")) {
            return Request.Filter.DUE_TOMORROW;
        }
        if (what.contains("week")) {
            return Request.Filter.DUE_WITHIN_A_WEEK;
        }
        if (what.contains("urgent") || what.contains("important") || what.contains("high")) {
            return Request.Filter.IMPORTANT;
        }
        if (what.contains("in progress") || what.contains("started")) {
            return Request.Filter.IN_PROGRESS;
        }
        if (what.matches(".*\\b(?:open|pending|left|remaining|undone|not done)\\b.*")) {
            return Request.Filter.OPEN;
        }
        if (what.matches(".*\\b(?:completed?|done|finished|closed)\\b.*")) {
            return Request.Filter.COMPLETED;
        }
        return Request.Filter.ALL;
    }

    private static String task(Matcher said) {
        return unquoted(said.group("task"))
                .replaceFirst(
                        "^(?i)(?:the |my )?(?:task |todo |to-do |item )?(?:number |no\\. ?|called"
                                + " |named )?(?:the |my )?",
                        "")
                .replaceFirst("(?i) (?:task|todo|to-do|item)$", "")
                .transform(Understanding::unquoted);
    }

    private static String unquoted(String text) {
        return text.strip().replaceAll("^[\"'“”‘’`]+|[\"'“”‘’`]+$", "").strip();
    }

    private static String priorityOf(String said) {
        String priority = said.toLowerCase(Locale.ENGLISH);
        return priority.equals("medium") ? "normal" : priority;
    }

    private static @Nullable String namedGroup(Matcher said, String name) {
        return said.namedGroups().containsKey(name) ? said.group(name) : null;
    }
}
