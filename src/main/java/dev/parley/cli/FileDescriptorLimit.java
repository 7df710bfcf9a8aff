package dev.parley.cli;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * The number of files, including connections, that the operating system lets the process open.
 *
 * @param limit the hard limit, to which the JVM has raised the soft limit
 */
record FileDescriptorLimit(long limit) {

    /** A connection to the client and a connection to the model, if neither uses HTTP/2. */
    private static final int FDS_PER_TURN = 2;

    /** For the database, the jars and the logs. */
    private static final int OTHER_FDS = 400;

    static FileDescriptorLimit ofThisProcess() {
        return new FileDescriptorLimit(
                ManagementFactory.getOperatingSystemMXBean()
                                instanceof UnixOperatingSystemMXBean system
                        ? system.getMaxFileDescriptorCount()
                        : Long.MAX_VALUE);
    }

    /** A warning for the operator if the limit is too low for the turns in flight. */
    Optional<String> tooFewFor(int turns) {
        long needed = (long) turns * FDS_PER_TURN + OTHER_FDS;
        return limit >= needed
                ? Optional.empty()
                : Optional.of(
                        """
                        This process may open %d files, which is enough for about %d turns at the same time, but \
                        parley.turn.max-in-flight is %d. Raise the limit (ulimit -n, LimitNOFILE) to %d, or lower the setting\
                        """
                                .formatted(
                                        limit,
                                        Math.max(0, limit - OTHER_FDS) / FDS_PER_TURN,
                                        turns,
                                        needed));
    }
}
