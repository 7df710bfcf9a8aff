package dev.parley.agent.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RankingTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 20);

    private final Ranking ranking = new Ranking(TODAY);

    private final List<TaskItem> inOrder =
            List.of(
                    task("long overdue", "low", TODAY.minusDays(9)),
                    task("overdue", "urgent", TODAY.minusDays(1)),
                    task("today", "normal", TODAY),
                    task("urgent", "urgent", null),
                    task("soon", "low", TODAY.plusDays(2)),
                    task("high", "high", null),
                    task("this week", "normal", TODAY.plusDays(6)),
                    task("some day", "normal", null),
                    task("perhaps", "low", null));

    @Test
    void putsMostPressingTaskFirstWhateverOrderBefore() {
        long seed = 20261120L;
        for (int shuffle = 0; shuffle < 20; shuffle++) {
            List<TaskItem> tasks = new ArrayList<>(inOrder);
            Collections.shuffle(tasks, new Random(seed + shuffle));

            assertThat(ranking.rank(tasks)).as("seed %d", seed + shuffle).isEqualTo(inOrder);
        }
    }

    @Test
    void saysWhyTaskComesFirst() {
        assertThat(inOrder.stream().map(ranking::reason))
                .containsExactly(
                        "overdue by 9 days, low priority",
                        "overdue since yesterday, urgent",
                        "due today (Fri, 2026-11-20)",
                        "urgent",
                        "due Sun, 2026-11-22, in 2 days, low priority",
                        "high priority",
                        "due Thu, 2026-11-26, in 6 days",
                        "no due date, normal priority",
                        "low priority");
    }

    private static TaskItem task(String title, String priority, @Nullable LocalDate dueOn) {
        return new TaskItem(
                title,
                title,
                "pending",
                priority,
                Optional.ofNullable(dueOn),
                Instant.parse("2026-11-19T12:00:00Z"));
    }
}
