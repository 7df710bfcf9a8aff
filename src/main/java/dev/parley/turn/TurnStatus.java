package dev.parley.turn;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.Arrays;
import java.util.Locale;

/** The status of a turn: queued, running or waiting, then one of six endings, exactly once. */
@RegisterForReflection // serialized by hand-written JSON code
public enum TurnStatus {
    /**
     * Another turn runs in the conversation; the queued turn is charged, and its message stored.
     */
    QUEUED,
    RUNNING,
    /** A person has to approve a tool call; no process runs the turn. */
    WAITING,
    SUCCEEDED,
    FAILED,
    TIMED_OUT,
    CANCELLED,
    INTERRUPTED,
    /** The message has joined the turn that ran before, whose reply answers it. */
    STEERED;

    /** The spelling in the database column and in JSON. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static TurnStatus of(String text) {
        return Arrays.stream(values())
                .filter(status -> status.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Unknown turn status " + text));
    }

    public boolean hasEnded() {
        return this != QUEUED && this != RUNNING && this != WAITING;
    }

    /** Maps the status to a text column with a check constraint, readable in plain SQL. */
    @Converter
    public static class InColumn implements AttributeConverter<TurnStatus, String> {

        @Override
        public String convertToDatabaseColumn(TurnStatus status) {
            return status.text();
        }

        @Override
        public TurnStatus convertToEntityAttribute(String text) {
            return of(text);
        }
    }
}
