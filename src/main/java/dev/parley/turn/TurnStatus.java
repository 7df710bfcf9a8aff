package dev.parley.turn;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.Arrays;
import java.util.Locale;

/** Where a turn stands in its life: it is queued or runs, and then ends, once. */
@RegisterForReflection // told as JSON, by hand
public enum TurnStatus {
    /** Another turn runs in its conversation; this one is charged, and its message is stored. */
    QUEUED,
    RUNNING,
    SUCCEEDED,
    FAILED,
    TIMED_OUT,
    CANCELLED,
    INTERRUPTED;

    /** As the column and the wire spell it. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static TurnStatus of(String text) {
        return Arrays.stream(values())
                .filter(status -> status.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No turn has the status " + text));
    }

    public boolean hasEnded() {
        return this != QUEUED && this != RUNNING;
    }

    /** The column is a checked text, which people read and plain SQL compares. */
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
