package dev.parley.notification;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a notification is about. */
@RegisterForReflection // serialized by an ObjectMapper, which Quarkus cannot detect
public enum NotificationKind {
    /** A tool call waits for the user's approval. */
    APPROVAL_NEEDED,
    /** The process that ran a turn was lost. */
    TURN_INTERRUPTED,
    /** Four fifths of the month's queries are used. */
    QUOTA_NEARING,
    /** All of the month's queries are used. */
    QUOTA_EXHAUSTED,
    /** A task is due. */
    TASK_DUE;

    /** The spelling in the database and in JSON. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<NotificationKind> of(String text) {
        return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst();
    }

    /** The spelling of each value, in the order of declaration. */
    public static List<String> texts() {
        return Arrays.stream(values()).map(NotificationKind::text).toList();
    }
}
