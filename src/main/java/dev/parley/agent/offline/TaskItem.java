package dev.parley.agent.offline;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/** A task as the tools return it. */
record TaskItem(
        String id,
        String title,
        String status,
        String priority,
        Optional<LocalDate> dueOn,
        Instant createdAt) {

    static TaskItem of(JsonNode json) {
        return new TaskItem(
                json.path("id").asText(),
                json.path("title").asText(),
                json.path("status").asText(),
                json.path("priority").asText(),
                Optional.of(json.path("due_on").asText())
                        .filter(text -> !text.isEmpty())
                        .map(LocalDate::parse),
                Instant.parse(json.path("created_at").asText()));
    }

    boolean isOpen() {
        return !status.equals("completed");
    }

    boolean isInProgress() {
        return status.equals("in_progress");
    }

    boolean isDueOn(LocalDate day) {
        return dueOn.filter(day::equals).isPresent();
    }

    boolean isDueBy(LocalDate day) {
        return dueOn.filter(due -> !due.isAfter(day)).isPresent();
    }
}
