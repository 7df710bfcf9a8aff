package dev.parley.turn;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The status of an approval: open, then one of the others, once. */
@RegisterForReflection // serialized by an ObjectMapper, which Quarkus cannot detect
public enum ApprovalStatus {
    /** Nobody has decided yet. */
    OPEN,
    APPROVED,
    DENIED,
    /** Nobody decided in time; the turn went on without the call. */
    EXPIRED,
    /** The turn ended before anybody decided. */
    CANCELLED;

    /** The spelling in the database column and in JSON. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<ApprovalStatus> of(String text) {
        return Arrays.stream(values()).filter(status -> status.text().equals(text)).findFirst();
    }
}
