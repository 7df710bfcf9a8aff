package dev.parley.notification;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a notification is about. */
@RegisterForReflection // told as JSON, by hand
public enum NotificationKind {
    /** The process that ran a turn was lost. */
    TURN_INTERRUPTED,
    /** Four fifths of the month's queries are used. */
    QUOTA_NEARING,
    /** All of them are. */
    QUOTA_EXHAUSTED,
    /** A task is due. */
    TASK_DUE;

    /** As the column and the wire spell it. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<NotificationKind> of(String text) {
        return Arrays.stream(values()).filter(known -> known.text().equals(text)).findFirst();
    }

    /** All spellings, in order. */
    public static List<String> texts() {
        return Arrays.stream(values()).map(NotificationKind::text).toList();
    }
}
