package dev.parley.cli;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * How many files the operating system lets the process have open, connections counted.
 *
 * @param limit the hard one, to which the JVM has raised its own
 */
record FileDescriptorLimit(long limit) {

    /** One to its client and one to the model, where neither speaks HTTP/2. */
    private static final int FDS_PER_TURN = 2;

    /** The database, the jars, the logs. */
    private static final int BESIDES = 400;

    static FileDescriptorLimit ofThisProcess() {
        return new FileDescriptorLimit(
                ManagementFactory.getOperatingSystemMXBean()
                                instanceof UnixOperatingSystemMXBean system
                        ? system.getMaxFileDescriptorCount()
                        : Long.MAX_VALUE);
    }

    /** What to tell the operator, where so many turns could not be in flight. */
    Optional<String> tooFewFor(int turns) {
        long needed = (long) turns * FDS_PER_TURN + BESIDES;
        return limit >= needed
                ? Optional.empty()
                : Optional.of(
                        """
                        This process may open %d files, which is enough for about %d turns at once, and \
                        parley.turn.max-in-flight is %d. Raise the limit (ulimit -n, LimitNOFILE) to %d, or lower the setting\
                        """
                                .formatted(
                                        limit,
                                        Math.max(0, limit - BESIDES) / FDS_PER_TURN,
                                        turns,
                                        needed));
    }
}
