package dev.parley.agent.offline;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Orders open tasks and explains the order: overdue tasks first, then by due date and priority
 * together, then tasks in progress, then the oldest tasks.
 */
final class Ranking {

    private static final int OLD_AFTER_DAYS = 7;
    private static final List<String> PRIORITIES = List.of("urgent", "high", "normal", "low");

    private final LocalDate today;
    private final NaturalDateParser dates;

    Ranking(LocalDate today) {
        this.today = today;
        this.dates = new NaturalDateParser(today);
    }

    List<TaskItem> rank(List<TaskItem> tasks) {
        return tasks.stream()
                .sorted(
                        Comparator.comparing((TaskItem task) -> !task.isOpen())
                                .thenComparingInt(this::tier)
                                .thenComparing(task -> task.dueOn().orElse(LocalDate.MAX))
                                .thenComparingInt(task -> PRIORITIES.indexOf(task.priority()))
                                .thenComparing(task -> !task.isInProgress())
                                .thenComparing(TaskItem::createdAt)
                                .thenComparing(TaskItem::id))
                .toList();
    }

    /** The reason for the task's rank. */
    String reason(TaskItem task) {
        List<String> reasons = new ArrayList<>();
        task.dueOn().ifPresent(due -> reasons.add(due(due)));
        switch (task.priority()) {
            case "normal" -> {}
            case "urgent" -> reasons.add("urgent");
            default -> reasons.add(task.priority() + " priority");
        }
        if (task.isInProgress()) {
            reasons.add("already begun");
        }
        LocalDate created = LocalDate.ofInstant(task.createdAt(), ZoneOffset.UTC);
        long age = ChronoUnit.DAYS.between(created, today);
        if (age >= OLD_AFTER_DAYS) {
            reasons.add("waiting for %d days".formatted(age));
        }
        return reasons.isEmpty() ? "no due date, normal priority" : String.join(", ", reasons);
    }

    private String due(LocalDate due) {
        long days = ChronoUnit.DAYS.between(today, due);
        if (days < 0) {
            return days == -1 ? "overdue since yesterday" : "overdue by %d days".formatted(-days);
        }
        String date = "due " + dates.write(due);
        return days <= 1 || days > 7 ? date : date + ", in %d days".formatted(days);
    }

    /** The urgency of the task: the index of the first condition that is true. */
    private int tier(TaskItem task) {
        return List.of(
                        task.isDueBy(today.minusDays(1)),
                        task.isDueBy(today),
                        task.priority().equals("urgent"),
                        task.isDueBy(today.plusDays(2)),
                        task.priority().equals("high"),
                        task.isDueBy(today.plusWeeks(1)),
                        !task.priority().equals("low"),
                        true)
                .indexOf(true);
    }
}
