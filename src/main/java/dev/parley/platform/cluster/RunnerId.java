package dev.parley.platform.cluster;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.UUID;

/** The id of one run of one process: a restarted process is another runner. */
public record RunnerId(UUID value) {

    static RunnerId next() {
        return new RunnerId(UuidCreator.getTimeOrderedEpoch());
    }

    /** The PostgreSQL notification channel of this runner's messages. */
    String channel() {
        return "parley_" + value.toString().replace("-", "");
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
