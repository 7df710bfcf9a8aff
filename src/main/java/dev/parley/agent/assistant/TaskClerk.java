package dev.parley.agent.assistant;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.Toolbox;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Does what was asked for, with the tools, and says what was done. */
final class TaskClerk {

    private static final int MOST_SHOWN = 50;
    private static final int MOST_CHOICES = 5;

    private static final String WHAT_I_CAN =
            """
            I work on your tasks, and remember what you ask me to. You can say, for example:
            - Add a task: buy milk tomorrow, high priority
            - Show me all my tasks and help me prioritise them
            - What is overdue? / Show my completed tasks
            - Complete buy milk
            - Rename buy milk to buy oat milk
            - Set the due date of buy milk to Friday
            - Set the priority of buy milk to urgent
            - Delete buy milk
            - Remember that my favourite colour is green
            - What do you know about me? / Forget my favourite colour\
            """;

    private final Toolbox toolbox;
    private final ShownList shownList;
    private final LocalDate today;
    private final DatesInWords dates;
    private final Ranking ranking;

    TaskClerk(Toolbox toolbox, ShownList shownList, LocalDate today) {
        this.toolbox = toolbox;
        this.shownList = shownList;
        this.today = today;
        this.dates = new DatesInWords(today);
        this.ranking = new Ranking(today);
    }

    /** The reply, after all is done. */
    String handle(Request.AboutTasks request) {
        return switch (request) {
            case Request.Add add -> add(add);
            case Request.Show show -> show(show.filter());
            case Request.Prioritise prioritise -> prioritise();
            case Request.ChangeStatus change ->
                    onTask(
                            change.task(),
                            task -> change(task, arguments().put("status", change.status())));
            case Request.Rename rename ->
                    onTask(
                            rename.task(),
                            task -> change(task, arguments().put("title", rename.title())));
            case Request.SetPriority set ->
                    onTask(
                            set.task(),
                            task -> change(task, arguments().put("priority", set.priority())));
            case Request.SetDue set ->
                    onTask(
                            set.task(),
                            task ->
                                    change(
                                            task,
                                            arguments()
                                                    .put(
                                                            "due_on",
                                                            set.dueOn()
                                                                    .map(LocalDate::toString)
                                                                    .orElse(null))));
            case Request.Delete delete -> onTask(delete.task(), this::delete);
            case Request.Greeting greeting -> "Hello! " + WHAT_I_CAN;
            case Request.Help help -> WHAT_I_CAN;
            case Request.UnknownDate date ->
                    "I do not know which day \"%s\" is. I understand days such as tomorrow, Friday, in 3 days, 24 December or 2026-12-24."
                            .formatted(date.words());
            case Request.TooLong tooLong ->
                    "That is longer than I can follow: I understand requests of up to %d characters. "
                                    .formatted(tooLong.longest())
                            + WHAT_I_CAN;
            case Request.NotUnderstood nothing -> "I did not understand that. " + WHAT_I_CAN;
        };
    }

    private String add(Request.Add add) {
        ObjectNode arguments = arguments().put("title", add.title());
        add.priority().ifPresent(priority -> arguments.put("priority", priority));
        add.dueOn().ifPresent(dueOn -> arguments.put("due_on", dueOn.toString()));
        return use(
                "add_task",
                arguments,
                done -> "I have added %s.".formatted(described(KnownTask.of(done.content()))));
    }

    private String change(KnownTask task, ObjectNode change) {
        change.put("id", task.id());
        return use(
                "change_task",
                change,
                done -> {
                    KnownTask changed = KnownTask.of(done.content());
                    if (change.has("status")) {
                        return statusSentence(changed);
                    }
                    if (change.has("title")) {
                        return "\"%s\" is now called \"%s\"."
                                .formatted(task.title(), changed.title());
                    }
                    if (change.has("priority")) {
                        return "\"%s\" is now of %s priority."
                                .formatted(changed.title(), changed.priority());
                    }
                    return changed.dueOn()
                            .map(due ->
                                    "\"%s\" is now due %s."
                                            .formatted(changed.title(), dates.write(due)))
                            .orElse("\"%s\" has no due date any more.".formatted(changed.title()));
                });
    }

    private static String statusSentence(KnownTask task) {
        return switch (task.status()) {
            case "completed" -> "\"%s\" is completed. Well done!".formatted(task.title());
            case "in_progress" -> "\"%s\" is in progress.".formatted(task.title());
            default -> "\"%s\" is open again.".formatted(task.title());
        };
    }

    private String delete(KnownTask task) {
        return use(
                "delete_task",
                arguments().put("id", task.id()),
                done -> "\"%s\" is deleted.".formatted(task.title()));
    }

    private String show(Request.Filter filter) {
        return withTasks(all -> {
            List<KnownTask> shown = all.stream().filter(chosen(filter)).toList();
            if (shown.isEmpty()) {
                return all.isEmpty()
                        ? "You have no tasks yet. Say \"Add a task: ...\" to begin."
                        : "You have no %s.".formatted(filter.words());
            }
            String head = "You have %s:".formatted(counted(shown.size(), filter.words()));
            return head + "\n" + lines(all, shown);
        });
    }

    private String prioritise() {
        return withTasks(all -> {
            List<KnownTask> open = all.stream().filter(KnownTask::isOpen).toList();
            if (open.isEmpty()) {
                return all.isEmpty()
                        ? "You have no tasks yet. Say \"Add a task: ...\" to begin."
                        : "All your tasks are completed: there is nothing to prioritise.";
            }
            KnownTask first = open.getFirst();
            int completed = all.size() - open.size();
            return "You have %s%s. This is the order that I suggest, by due date, priority and age:\n%s\n\nBegin with \"%s\": it is %s."
                    .formatted(
                            counted(open.size(), "open tasks"),
                            completed == 0 ? "" : " and " + counted(completed, "completed tasks"),
                            lines(all, open),
                            first.title(),
                            ranking.reason(first));
        });
    }

    private String lines(List<KnownTask> all, List<KnownTask> shown) {
        String lines =
                shown.stream()
                        .limit(MOST_SHOWN)
                        .map(task ->
                                ("%d. %s" + ShownList.REMARK + "%s")
                                        .formatted(
                                                all.indexOf(task) + 1, task.title(), remark(task)))
                        .collect(Collectors.joining("\n"));
        int left = shown.size() - MOST_SHOWN;
        return left > 0 ? lines + "\nand %d more.".formatted(left) : lines;
    }

    private String remark(KnownTask task) {
        return task.isOpen() ? ranking.reason(task) : "completed";
    }

    private Predicate<KnownTask> chosen(Request.Filter filter) {
        return switch (filter) {
            case ALL -> task -> true;
            case OPEN -> KnownTask::isOpen;
            case IN_PROGRESS -> task -> task.status().equals("in_progress");
            case COMPLETED -> task -> !task.isOpen();
            case OVERDUE -> task -> task.isOpen() && task.isDueBy(today.minusDays(1));
            case DUE_TODAY ->
                    task -> task.isOpen() && task.dueOn().filter(today::equals).isPresent();
            case DUE_TOMORROW ->
                    task ->
                            task.isOpen()
                                    && task.dueOn().filter(today.plusDays(1)::equals).isPresent();
            case DUE_WITHIN_A_WEEK -> task -> task.isOpen() && task.isDueBy(today.plusWeeks(1));
            case IMPORTANT -> task -> task.isOpen() && task.isImportant();
        };
    }

    private String onTask(String meant, Function<KnownTask, String> work) {
        boolean isNumber = meant.matches("#?\\d{1,4}");
        Optional<String> title =
                isNumber ? shownList.titleAt(meant.replace("#", "")) : Optional.of(meant);
        return title.map(known -> onTitled(known, isNumber, work))
                .orElseGet(() ->
                        "I have not shown you a list with number %s in this conversation. Say \"show my tasks\" first, or name the task by its title."
                                .formatted(meant));
    }

    private String onTitled(String title, boolean isWhole, Function<KnownTask, String> work) {
        return withTasks(all -> {
            List<KnownTask> found =
                    isWhole
                            ? all.stream().filter(task -> task.title().equals(title)).toList()
                            : Search.find(all, title);
            if (found.isEmpty()) {
                return "I find no task \"%s\". Say \"show my tasks\" to see them all, and name one by words of its title."
                        .formatted(title);
            }
            if (found.size() > 1) {
                return "Which one do you mean?\n%s\nSay it again with the number or the whole title."
                        .formatted(lines(all, found.stream().limit(MOST_CHOICES).toList()));
            }
            return work.apply(found.getFirst());
        });
    }

    /** All tasks, in the order in which they are numbered. */
    private String withTasks(Function<List<KnownTask>, String> work) {
        return use(
                "list_tasks",
                arguments(),
                listed -> {
                    String reply = work.apply(ranking.ranked(KnownTask.listOf(listed.content())));
                    boolean allSeen = listed.content().path("all_shown").asBoolean(true);
                    return allSeen
                            ? reply
                            : reply
                                    + "\n\n"
                                    + "You have so many tasks that I looked at the newest ones"
                                    + " only.";
                });
    }

    private String use(
            String tool, ObjectNode arguments, Function<Toolbox.Outcome, String> whenDone) {
        Toolbox.Outcome outcome = toolbox.use(tool, arguments);
        return outcome.ok()
                ? whenDone.apply(outcome)
                : "That did not work: " + outcome.content().path("error").asText();
    }

    private String described(KnownTask task) {
        String title = "\"%s\"".formatted(task.title());
        String due = task.dueOn().map(day -> ", due " + dates.write(day)).orElse("");
        String priority = task.priority().equals("normal") ? "" : ", priority " + task.priority();
        return title + due + priority;
    }

    private static String counted(int number, String plural) {
        return number == 1 ? "1 " + plural.replaceFirst("tasks", "task") : number + " " + plural;
    }

    private static ObjectNode arguments() {
        return JsonNodeFactory.instance.objectNode();
    }
}
