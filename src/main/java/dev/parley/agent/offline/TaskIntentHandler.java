package dev.parley.agent.offline;

import static dev.parley.agent.offline.ToolCaller.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Executes an intent about tasks with the tools, and returns the reply. */
final class TaskIntentHandler {

    private static final int MAX_SHOWN = 50;
    private static final int MAX_CHOICES = 5;
    private static final String NO_TASKS =
            "You have no tasks yet. Say \"Add a task: ...\" to begin.";

    private final ToolCaller tools;
    private final LastListing lastListing;
    private final LocalDate today;
    private final String help;
    private final NaturalDateParser dates;
    private final Ranking ranking;

    /**
     * @param help what the agent can do
     */
    TaskIntentHandler(ToolCaller tools, LastListing lastListing, LocalDate today, String help) {
        this.tools = tools;
        this.lastListing = lastListing;
        this.today = today;
        this.help = help;
        this.dates = new NaturalDateParser(today);
        this.ranking = new Ranking(today);
    }

    /** Executes the intent and returns the reply. */
    String handle(Intent.OfTasks intent) {
        return switch (intent) {
            case Intent.Add add -> add(add);
            case Intent.Change change -> change(change);
            case Intent.CompleteAll all -> withTasks(this::completeAll);
            case Intent.Delete delete -> withTask(delete.task(), this::delete);
            case Intent.Show show -> withTasks(all -> show(show.filter(), all));
            case Intent.Prioritise prioritise -> withTasks(this::prioritise);
            case Intent.Greeting greeting -> "Hello! " + help;
            case Intent.Help question -> help;
            case Intent.UnknownDate date ->
                    "I do not know which day \"%s\" is. I understand days such as tomorrow, Friday, in 3 days, 24 December or 2026-12-24."
                            .formatted(date.words());
            case Intent.TooLong tooLong ->
                    "That is longer than I can follow: I understand requests of up to %d characters. "
                                    .formatted(tooLong.maxLength())
                            + help;
            case Intent.NotUnderstood nothing -> "I did not understand that. " + help;
        };
    }

    private String add(Intent.Add add) {
        ObjectNode arguments = arguments().put("title", add.title());
        add.priority().ifPresent(priority -> arguments.put("priority", priority));
        add.dueOn().ifPresent(dueOn -> arguments.put("due_on", dueOn.toString()));
        return tools.call(
                "add_task",
                arguments,
                json -> {
                    TaskItem task = TaskItem.of(json);
                    String due = task.dueOn().map(day -> ", due " + dates.write(day)).orElse("");
                    String priority =
                            task.priority().equals("normal") ? "" : ", priority " + task.priority();
                    return "I have added \"%s\"%s%s.".formatted(task.title(), due, priority);
                });
    }

    private String change(Intent.Change change) {
        if ("completed".equals(change.value()) && Search.isForAll(change.task())) {
            return "Do you mean all your open tasks? Say \"complete all\" to complete each of"
                    + " them.";
        }
        return withTask(
                change.task(),
                task ->
                        tools.call(
                                "change_task",
                                arguments()
                                        .put(change.field(), change.value())
                                        .put("id", task.id()),
                                json ->
                                        changeReply(
                                                change.field(), task.title(), TaskItem.of(json))));
    }

    private String changeReply(String field, String oldTitle, TaskItem task) {
        String change =
                switch (field) {
                    case "title" -> "is now called \"%s\".".formatted(task.title());
                    case "priority" -> "is now of %s priority.".formatted(task.priority());
                    case "due_on" ->
                            task.dueOn()
                                    .map(due -> "is now due %s.".formatted(dates.write(due)))
                                    .orElse("has no due date any more.");
                    default ->
                            switch (task.status()) {
                                case "completed" -> "is completed. Well done!";
                                case "in_progress" -> "is in progress.";
                                default -> "is open again.";
                            };
                };
        return "\"%s\" %s".formatted(field.equals("title") ? oldTitle : task.title(), change);
    }

    private String completeAll(List<TaskItem> all) {
        List<TaskItem> open = all.stream().filter(TaskItem::isOpen).toList();
        if (open.isEmpty()) {
            return all.isEmpty() ? NO_TASKS : "All your tasks are completed already. Well done!";
        }
        String titles =
                open.stream()
                        .limit(MAX_SHOWN)
                        .map(task -> "\n- " + task.title())
                        .collect(Collectors.joining());
        return tools.callForEach(
                "change_task",
                open.stream()
                        .map(task -> arguments().put("status", "completed").put("id", task.id()))
                        .toList(),
                "I have completed %s. Well done!%s".formatted(count(open.size(), "tasks"), titles));
    }

    private String delete(TaskItem task) {
        return tools.call(
                "delete_task",
                arguments().put("id", task.id()),
                done -> "\"%s\" is deleted.".formatted(task.title()));
    }

    private String show(TaskFilter filter, List<TaskItem> all) {
        List<TaskItem> shown = all.stream().filter(task -> filter.shows(task, today)).toList();
        if (shown.isEmpty()) {
            return all.isEmpty() ? NO_TASKS : "You have no %s.".formatted(filter.words());
        }
        return "You have %s:\n%s".formatted(count(shown.size(), filter.words()), lines(all, shown));
    }

    private String prioritise(List<TaskItem> all) {
        List<TaskItem> open = all.stream().filter(TaskItem::isOpen).toList();
        if (open.isEmpty()) {
            return all.isEmpty()
                    ? NO_TASKS
                    : "All your tasks are completed: there is nothing to prioritise.";
        }
        TaskItem first = open.getFirst();
        int completed = all.size() - open.size();
        return "You have %s%s. This is the order that I suggest, by due date, priority and age:\n%s\n\nBegin with \"%s\": it is %s."
                .formatted(
                        count(open.size(), "open tasks"),
                        completed == 0 ? "" : " and " + count(completed, "completed tasks"),
                        lines(all, open),
                        first.title(),
                        ranking.reason(first));
    }

    private String lines(List<TaskItem> all, List<TaskItem> shown) {
        String lines =
                shown.stream()
                        .limit(MAX_SHOWN)
                        .map(task -> (all.indexOf(task) + 1) + ". " + line(task))
                        .collect(Collectors.joining("\n"));
        int omitted = shown.size() - MAX_SHOWN;
        return omitted > 0 ? lines + "\nand %d more.".formatted(omitted) : lines;
    }

    private String line(TaskItem task) {
        String remark = task.isOpen() ? ranking.reason(task) : "completed";
        return task.title() + LastListing.REMARK + remark;
    }

    /** Applies the work to the task that is referred to, or asks which task is meant. */
    private String withTask(String reference, Function<TaskItem, String> work) {
        boolean isNumber = reference.matches("#?\\d{1,4}");
        String title =
                isNumber ? lastListing.titleAt(reference.replace("#", "")).orElse("") : reference;
        if (isNumber && title.isEmpty()) {
            return "I have not shown you a list with number %s in this conversation. Say \"show my tasks\" first, or name the task by its title."
                    .formatted(reference);
        }
        return withTasks(all -> {
            List<TaskItem> found =
                    isNumber
                            ? all.stream().filter(task -> task.title().equals(title)).toList()
                            : Search.find(all, title);
            return switch (found.size()) {
                case 0 ->
                        "I find no task \"%s\". Say \"show my tasks\" to see them all, and name one by words of its title."
                                .formatted(title);
                case 1 -> work.apply(found.getFirst());
                default ->
                        "Which one do you mean?\n%s\nSay it again with the number or the whole title."
                                .formatted(lines(all, found.stream().limit(MAX_CHOICES).toList()));
            };
        });
    }

    /** Applies the work to all tasks, in the order of their numbers. */
    private String withTasks(Function<List<TaskItem>, String> work) {
        return tools.call(
                "list_tasks",
                arguments(),
                listed -> {
                    List<TaskItem> all =
                            listed.path("tasks").valueStream().map(TaskItem::of).toList();
                    String reply = work.apply(ranking.rank(all));
                    return listed.path("all_shown").asBoolean(true)
                            ? reply
                            : reply
                                    + "\n\n"
                                    + "You have so many tasks that I looked at the newest ones"
                                    + " only.";
                });
    }

    private static String count(int number, String plural) {
        return number + " " + (number == 1 ? plural.replaceFirst("tasks", "task") : plural);
    }
}
