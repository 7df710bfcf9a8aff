package dev.parley.task;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.UUID;

/** The id of a task, a UUIDv7 (RFC 9562). */
public record TaskId(UUID value) {

    public static TaskId next() {
        return new TaskId(UuidCreator.getTimeOrderedEpoch());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
