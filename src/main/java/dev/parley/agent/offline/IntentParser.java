package dev.parley.agent.offline;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Determines the intent of a message by a table of sentence forms, tried from top to bottom. A
 * message that matches no form is not understood; nothing is guessed.
 *
 * <p>No message makes matching slow: the work of each pattern grows no faster than the message. In
 * a form only slots and punctuation repeat, and the matcher never backtracks into punctuation. In a
 * form with two slots, the second slot takes all the rest. A word is delimited by {@code (?<!\w)}
 * and {@code (?!\w)}, since {@code \b} reads a run of combining marks again at each mark.
 */
final class IntentParser {

    /** Maximum length of a request in characters. */
    private static final int MAX_LENGTH = 1_000;

    /**
     * Each row has an intent and one form of the request. Brackets contain optional words, braces
     * are slots for any words, and angle brackets are placeholders for words that several forms
     * share.
     */
    private static final String TABLE =
            """
            help:         (help|what can you do|what do you do|how does this work|commands)[ me]
            recall:       (what|which thing[s]) (do|can) you (know|remember)[ (about|of) me]
            recall:       (show|list|tell)[ me] my preferences
            recall:       (show|list|tell)[ me] [all |everything ][that ][what ]you (know|remember)[ (about|of) me]
            forget all:   forget (everything|all|it all|all of it)[ [that ]you know][ (about|of) me]
            forget:       forget[ about| that] {what}
            remember:     (remember|keep in mind)[ that][:|,] (?!to ){what}
            add:          remind me [on |by |for ]{date}(:|[,] (to|that|about)) {title}
            add:          [on |by ]{date}[,] remind me (to|that|about) {title}
            add:          (set|add|create) a reminder (on|by|for) {date}[,] to {title}
            add:          (remind me (to|that|about)|set[ me] a reminder[ to| for| about][:]) {title}
            add:          (add|create|new|(make|put|note) (a[n]|another|new))[ me]<new task> {title}
            prioritise:   .*(?<!\\w)priorit(is|iz)(e|ing|ation)(?!\\w).*
            prioritise:   (what|which)[ task] (should|shall|do|must) i (do|start|begin|tackle|work on)[ with][ first| next| now| today]
            prioritise:   (what['s| is| are]|which is)[ the| my] most important.*
            priority:     (set|change|put)[ the] priority (of|for|on) {task} to <priority>[ priority]
            priority:     (make|mark|set|flag) {task}[ as| to][ a[n]] <priority>[(-| )priority][ task]
            priority:     give {task}[ a[n]| the] <priority> priority
            no due date:  (remove|delete|clear|drop)[ the] <due date> (of|from|for|on) {task}
            due date:     (set|change|put|move)[ the] <due date> (of|for|on) {task} (to|on|for) {date}
            due date:     (set|make|mark) {task}[ as| to be] due[ on| by] {date}
            due date:     (move|postpone|reschedule|push|delay|schedule) {task} (to|until|till|for|on) {date}
            due date:     <no question>{task} is due[ on| by] {date}
            show:         [all ][my ](?<what>[open |pending |completed |done |overdue |urgent ](<item>[s]|list))
            complete all: <complete> (everything|all|all of (it|them)|every <item>|<all tasks>)
            complete all: (mark|set) <all tasks>[ as| to] <done>
            complete all: (i['ve| have][ just] (done|did|finished|completed) <all tasks>|<all tasks> are <done>)
            pending:      (mark|set) {task}[ as| to] (pending|open|not done|undone|to do|todo)
            completed:    (mark|set) {task}[ as| to] <done>
            completed:    (<complete>|done with|done[:]|i['ve| have][ just] (done|did|finished|completed)) {task}
            completed:    <no question>{task} is <done>
            in_progress:  (mark|set) {task}[ as| to] (in progress|started|begun)
            in_progress:  (start|begin)[ working on| with] {task}
            pending:      (reopen|re-open) {task}
            title:        rename {task} (to|into|as) {title}
            title:        (change|set)[ the] (title|name) of {task} to {title}
            title:        call {task} (?="|'|“){title}
            delete:       (delete|remove|drop|erase|get rid of) {task}[ from [my |the ](list|tasks)]
            show:         (show|list|display|give|tell|what|which|see|view|my|read|are there|do i have|have i)(?!\\w)(?<what>.*)
            add:          (add|create|make|new|put|note)[ me]<new task> {title}
            add:          (add|create|put|note)[ me][:] {title}[ (to|on|in|onto) (my|the) ([task |todo |to-do ]list|<item>s|todo|to-do)]
            add:          (remember to|i (need to|have to|must|should)|don't let me forget to|(todo|task)[:]) {title}
            """
                    .replace("<complete>", "(complete|finish|close|tick off|check off)")
                    .replace("<done>", "(done|complete|completed|finished)")
                    .replace("<due date>", "(due date|deadline)")
                    .replace(
                            "<no question>",
                            "(?!([see |[show |tell ]me ](what|which)|when|who|is|are) )")
                    .replace(
                            "<all tasks>",
                            "all[ of][ my| the| these][ open| pending| remaining] <item>s")
                    .replace(
                            "<new task>",
                            "[ a[n]| another| the][ new][ <priority>[(-| )priority]]"
                                    + " (<item>|reminder|item)[ called| named| to| for](:|,)*+")
                    .replace("<item>", "(task|todo|to-do)")
                    .replace("<priority>", "(?<priority>low|normal|medium|high|urgent)");

    /**
     * The compiled table. Compiled once, because compiling a pattern costs more than using the
     * pattern.
     */
    static final List<Form> FORMS = TABLE.lines().map(Form::of).toList();

    static final Pattern GREETING =
            pattern("(hi|hello|hey|good (morning|day|evening|afternoon))[ there]");
    static final Pattern POLITENESS =
            Pattern.compile(
                    "(?i)^(?:(?:hey|hi|hello|ok|okay|so|well|now|and|then)[,!.]?"
                        + " )?(?:(?:please|kindly|can you|could you|would you|will you|i want you"
                        + " to|i'd like you to|i would like you to|let's|lets)[, ]++)*+");
    private static final List<String> THANKS =
            List.of(" please", " thanks", " thank you", " for me");

    static final Pattern DUE_AT_END =
            Pattern.compile(
                    "(?is)(?<rest>.+?),?(?: \\(?(?:which is |that is |is"
                            + " )?(?:due|by|for|until|before|on)){0,3},? (?<date>"
                            + NaturalDateParser.ANY
                            + ")(?<time> at \\d{1,2}(?::\\d{2})?(?: ?[ap]m)?)?\\)?");
    static final Pattern PRIORITY_AT_END =
            Pattern.compile(
                    "(?is)(?<rest>.+?)(?:,? (?:with|at|as|and)(?: an?)?| -|,)? \\(?(?<priority>priority:? PRIORITY|PRIORITY[- ]priority|urgent)\\)?"
                            .replace("PRIORITY", "(?:low|normal|medium|high|urgent)"));

    /** The words that may surround the name of a task. */
    static final Pattern TASK =
            pattern(
                    "[the |my ][<item> ][number |no\\. |no\\.|called |named ][the |my ]{title}[ <item>]"
                            .replace("<item>", "(task|todo|to-do|item)"));

    static final Pattern ABOUT_TASKS =
            pattern(
                    "(?<!\\w)(task[s]|todo[s]|to-do[s]|to do|list|due|overdue|deadline[s]|on my"
                            + " plate)(?!\\w)");
    static final Pattern QUOTES = Pattern.compile("^[\"'“”‘’`]++|(?<![\"'“”‘’`])[\"'“”‘’`]++\\z");

    private final NaturalDateParser dates;

    IntentParser(LocalDate today) {
        dates = new NaturalDateParser(today);
    }

    Intent parse(String message) {
        if (message.length() > MAX_LENGTH) {
            return new Intent.TooLong(MAX_LENGTH);
        }
        if (GREETING.matcher(withoutThanks(message.strip())).matches()) {
            return new Intent.Greeting();
        }
        String plain = plain(message);
        for (Form form : FORMS) {
            Intent intent = intent(form, plain);
            if (intent != null) {
                return intent;
            }
        }
        return new Intent.NotUnderstood();
    }

    /** Normalizes a message and removes polite words around the request. */
    static String plain(String message) {
        String oneLine = message.strip().replaceAll("\\s+", " ").replace('’', '\'');
        return withoutThanks(POLITENESS.matcher(oneLine).replaceFirst(""));
    }

    /**
     * The intent; null if the form does not match, or matches but the message means something else.
     */
    private @Nullable Intent intent(Form form, String plain) {
        Matcher matcher = form.pattern().matcher(plain);
        if (!matcher.matches()) {
            return null;
        }
        return switch (form.intent()) {
            case "help" -> new Intent.Help();
            case "recall" -> new Intent.Recall();
            case "forget all" -> new Intent.ForgetAll();
            case "forget" -> new Intent.Forget(unquoted(matcher.group("what")));
            case "remember" -> new Intent.Remember(unquoted(matcher.group("what")));
            case "add" -> add(matcher);
            case "prioritise" -> new Intent.Prioritise();
            case "priority" -> change(matcher, "priority", priority(matcher.group("priority")));
            case "no due date" -> change(matcher, "due_on", null);
            case "due date" -> changeDueDate(matcher);
            case "show" -> show(matcher.group("what"));
            case "complete all" -> new Intent.CompleteAll();
            case "pending", "completed", "in_progress" -> change(matcher, "status", form.intent());
            case "title" -> change(matcher, "title", unquoted(matcher.group("title")));
            case "delete" -> new Intent.Delete(task(matcher));
            default -> throw new IllegalStateException("No intent is made of " + form);
        };
    }

    private @Nullable Intent add(Matcher matcher) {
        Optional<LocalDate> dueOn = group(matcher, "date").flatMap(dates::read);
        if (group(matcher, "date").isPresent() && dueOn.isEmpty()) {
            return null;
        }
        Optional<String> priority = group(matcher, "priority").map(IntentParser::priority);
        String title = matcher.group("title");
        while (true) {
            Matcher due = DUE_AT_END.matcher(title);
            Matcher important = PRIORITY_AT_END.matcher(title);
            if (dueOn.isEmpty() && due.matches() && dates.read(due.group("date")).isPresent()) {
                dueOn = dates.read(due.group("date"));
                // A task is due on a day: the time of day stays in its title
                title = due.group("rest") + group(due, "time").orElse("");
            } else if (priority.isEmpty() && important.matches()) {
                priority = Optional.of(priority(important.group("priority")));
                title = important.group("rest");
            } else {
                return new Intent.Add(unquoted(title), priority, dueOn);
            }
        }
    }

    private Intent changeDueDate(Matcher matcher) {
        String words = matcher.group("date");
        // The full stop at the end of the message was removed, but it may belong to "24.12."
        return dates.read(words)
                .or(() -> dates.read(words + "."))
                .map(date -> change(matcher, "due_on", date.toString()))
                .orElseGet(() -> new Intent.UnknownDate(words));
    }

    private static @Nullable Intent show(String what) {
        return ABOUT_TASKS.matcher(what).find() ? new Intent.Show(TaskFilter.of(what)) : null;
    }

    private static Intent change(Matcher matcher, String field, @Nullable String value) {
        return new Intent.Change(task(matcher), field, value);
    }

    private static String task(Matcher matcher) {
        String words = unquoted(matcher.group("task"));
        Matcher task = TASK.matcher(words);
        return task.matches() ? unquoted(task.group("title")) : words;
    }

    private static String priority(String words) {
        String lower = words.toLowerCase(Locale.ENGLISH);
        return Stream.of("low", "high", "urgent")
                .filter(lower::contains)
                .findFirst()
                .orElse("normal");
    }

    private static Optional<String> group(Matcher matcher, String name) {
        return matcher.namedGroups().containsKey(name)
                ? Optional.ofNullable(matcher.group(name))
                : Optional.empty();
    }

    private static String unquoted(String text) {
        return QUOTES.matcher(text.strip()).replaceAll("").strip();
    }

    private static String withoutThanks(String message) {
        int end = message.length();
        for (int previousEnd = -1; previousEnd != end; ) {
            previousEnd = end;
            while (end > 0 && " .!?,;".indexOf(message.charAt(end - 1)) >= 0) {
                end--;
            }
            for (String thanks : THANKS) {
                if (message.regionMatches(
                        true, end - thanks.length(), thanks, 0, thanks.length())) {
                    end -= thanks.length();
                }
            }
        }
        return message.substring(0, end);
    }

    private static Pattern pattern(String form) {
        String regex =
                form.replaceAll("\\((?!\\?)", "(?:")
                        .replace("[", "(?:")
                        .replace("]", ")?")
                        .replaceAll("\\{(\\w+)}", "(?<$1>.+?)");
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    /** One row of the table. */
    record Form(String intent, Pattern pattern) {

        static Form of(String row) {
            String[] parts = row.split(": +", 2);
            return new Form(parts[0], IntentParser.pattern(parts[1]));
        }
    }
}
