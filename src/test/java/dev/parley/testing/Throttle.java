package dev.parley.testing;

import java.io.IOException;
import java.util.Locale;

/**
 * Gives a process a share of the time, as the kernel does with a container at its CPU limit: it
 * runs, and stands still for the rest of each period.
 */
public final class Throttle implements AutoCloseable {

    private static final String SCRIPT =
            "trap 'kill -CONT $0' EXIT; while kill -CONT $0 && sleep $1 && kill -STOP $0; do sleep"
                    + " $2; done";

    private final Process script;

    private Throttle(Process script) {
        this.script = script;
    }

    /**
     * @param runs milliseconds of each period in which the process runs
     * @param period milliseconds
     */
    public static Throttle of(ParleyProcess process, int runs, int period) throws IOException {
        return new Throttle(
                new ProcessBuilder(
                                "bash",
                                "-c",
                                SCRIPT,
                                Long.toString(process.pid()),
                                seconds(runs),
                                seconds(period - runs))
                        .start());
    }

    private static String seconds(int millis) {
        return String.format(Locale.ROOT, "%.3f", millis / 1000.0);
    }

    /** Lets the process run again. */
    @Override
    public void close() {
        script.destroy();
        script.onExit().join();
    }
}
