package dev.parley.platform.cluster;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.UUID;

/** One life of one process: a process that was restarted is another runner. */
public record RunnerId(UUID value) {

    static RunnerId next() {
        return new RunnerId(UuidCreator.getTimeOrderedEpoch());
    }

    /** Where PostgreSQL delivers what is sent to this runner. */
    String channel() {
        return "parley_" + value.toString().replace("-", "");
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
