package dev.parley.agent.assistant;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * In which order open tasks are best done, and why: first what is overdue, then by due date and
 * priority together, then what was begun, then what has waited longest.
 */
final class Ranking {

    private static final int SOON = 2;
    private static final int THIS_WEEK = 7;
    private static final int OLD = 7;

    private final LocalDate today;
    private final DatesInWords dates;

    Ranking(LocalDate today) {
        this.today = today;
        this.dates = new DatesInWords(today);
    }

    List<KnownTask> ranked(List<KnownTask> tasks) {
        return tasks.stream()
                .sorted(
                        Comparator.comparing(KnownTask::isOpen)
                                .reversed()
                                .thenComparingInt(this::tier)
                                .thenComparing(task -> task.dueOn().orElse(LocalDate.MAX))
                                .thenComparingInt(Ranking::weight)
                                .thenComparing(task -> !task.status().equals("in_progress"))
                                .thenComparing(KnownTask::createdAt)
                                .thenComparing(KnownTask::id))
                .toList();
    }

    /** Why the task stands where it stands. */
    String reason(KnownTask task) {
        List<String> reasons = new ArrayList<>();
        task.dueOn().ifPresent(due -> reasons.add(due(due)));
        if (!task.priority().equals("normal")) {
            reasons.add(
                    task.priority().equals("urgent") ? "urgent" : task.priority() + " priority");
        }
        if (task.status().equals("in_progress")) {
            reasons.add("already begun");
        }
        long age = age(task);
        if (age >= OLD) {
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
        return days <= 1 || days > THIS_WEEK ? date : date + ", in %d days".formatted(days);
    }

    private int tier(KnownTask task) {
        if (task.isDueBy(today.minusDays(1))) {
            return 0;
        }
        if (task.isDueBy(today)) {
            return 1;
        }
        if (task.priority().equals("urgent")) {
            return 2;
        }
        if (task.isDueBy(today.plusDays(SOON))) {
            return 3;
        }
        if (task.priority().equals("high")) {
            return 4;
        }
        if (task.isDueBy(today.plusDays(THIS_WEEK))) {
            return 5;
        }
        return task.priority().equals("low") ? 7 : 6;
    }

    private static int weight(KnownTask task) {
        return switch (task.priority()) {
            case "urgent" -> 0;
            case "high" -> 1;
            case "low" -> 3;
            default -> 2;
        };
    }

    private long age(KnownTask task) {
        return ChronoUnit.DAYS.between(
                LocalDate.ofInstant(task.createdAt(), ZoneOffset.UTC), today);
    }
}
