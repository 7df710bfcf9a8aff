package dev.parley.api.connection;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * The number of files, including connections, that the operating system lets the process open.
 *
 * @param limit the hard limit, to which the JVM has raised the soft limit
 */
public record FileDescriptorLimit(long limit) {

    /** A connection to the client and a connection to the model, if neither uses HTTP/2. */
    private static final int FDS_PER_TURN = 2;

    /** For the database, the jars and the logs. */
    private static final int OTHER_FDS = 400;

    public static FileDescriptorLimit ofThisProcess() {
        return new FileDescriptorLimit(
                ManagementFactory.getOperatingSystemMXBean()
                                instanceof UnixOperatingSystemMXBean system
                        ? system.getMaxFileDescriptorCount()
                        : Long.MAX_VALUE);
    }

    /**
     * The connections from clients that the process can hold: half of the files, since the
     * database, the model and the probes need the rest.
     */
    int connectionsFor(int configured) {
        return (int) Math.min(configured, Math.max(1, limit / 2));
    }

    /**
     * A warning for the operator if the limit is too low for the turns in flight and their workers.
     *
     * @param workers that may run at the same time, each with a connection to its model
     */
    public Optional<String> tooFewFor(int turns, int workers) {
        long others = (long) workers + OTHER_FDS;
        long needed = (long) turns * FDS_PER_TURN + others;
        return limit >= needed
                ? Optional.empty()
                : Optional.of(
                        """
                        This process may open %d files, which is enough for about %d turns at the same time, but \
                        parley.turn.max-in-flight is %d, and %d workers may run beside them (parley.agent.max-concurrent-workers). \
                        Raise the limit (ulimit -n, LimitNOFILE) to %d, or lower the settings\
                        """
                                .formatted(
                                        limit,
                                        Math.max(0, limit - others) / FDS_PER_TURN,
                                        turns,
                                        workers,
                                        needed));
    }
}
