package dev.parley.testing;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** Waits for what is to come, and no longer. */
public final class Wait {

    private static final Duration MAX_LENGTH = Duration.ofSeconds(60);
    private static final Duration BETWEEN = Duration.ofMillis(20);

    private Wait() {}

    public static void until(Callable<Boolean> condition) {
        await().atMost(MAX_LENGTH).pollInterval(BETWEEN).until(condition);
    }

    /** The first of the texts, once there is one. */
    public static String forText(Callable<List<String>> texts) {
        return await().atMost(MAX_LENGTH)
                .pollInterval(BETWEEN)
                .until(texts, found -> !found.isEmpty())
                .getFirst();
    }
}
