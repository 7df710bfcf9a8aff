package dev.parley.agent.assistant;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A task as the tools tell of it. */
record KnownTask(
        String id,
        String title,
        String status,
        String priority,
        Optional<LocalDate> dueOn,
        Instant createdAt) {

    static KnownTask of(JsonNode json) {
        return new KnownTask(
                json.path("id").asText(),
                json.path("title").asText(),
                json.path("status").asText(),
                json.path("priority").asText(),
                Optional.of(json.path("due_on").asText())
                        .filter(text -> !text.isEmpty())
                        .map(LocalDate::parse),
                Instant.parse(json.path("created_at").asText()));
    }

    static List<KnownTask> listOf(JsonNode json) {
        List<KnownTask> tasks = new ArrayList<>();
        json.path("tasks").forEach(task -> tasks.add(of(task)));
        return tasks;
    }

    boolean isOpen() {
        return !status.equals("completed");
    }

    boolean isDueBy(LocalDate day) {
        return dueOn.filter(due -> !due.isAfter(day)).isPresent();
    }

    boolean isImportant() {
        return priority.equals("urgent") || priority.equals("high");
    }
}
