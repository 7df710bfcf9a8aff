package dev.parley.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports that a process can listen on some seconds later.
 *
 * <p>The system gives outgoing connections, and servers that ask for port 0, any port from 32,768
 * on. Such a port may be taken again before the process that it was meant for has started. These
 * ports lie below that range, and each is handed out once.
 */
public final class FreePorts {

    private static final int FIRST = 10_000;
    private static final int COUNT = 17_000;

    /** Two test runs on one machine begin at different ports. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private FreePorts() {}

    /** A port that nothing listens on, and that no other caller in this process is given. */
    public static int next() {
        for (int tries = 0; tries < COUNT; tries++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No port from " + FIRST + " on is free.");
    }

    private static boolean isFree(int port) {
        try (ServerSocket server = new ServerSocket(port)) {
            return server.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
