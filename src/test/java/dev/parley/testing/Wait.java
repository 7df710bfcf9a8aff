package dev.parley.testing;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** Polls until a condition is true, three minutes at most: the machine may be slow. */
public final class Wait {

    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    private Wait() {}

    public static void until(Callable<Boolean> condition) {
        await().atMost(TIMEOUT).pollInterval(POLL_INTERVAL).until(condition);
    }

    /** Waits until there is a text, and returns the first text. */
    public static String forText(Callable<List<String>> texts) {
        return await().atMost(TIMEOUT)
                .pollInterval(POLL_INTERVAL)
                .until(texts, found -> !found.isEmpty())
                .getFirst();
    }
}
