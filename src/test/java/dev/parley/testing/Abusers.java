package dev.parley.testing;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Clients at 127.0.0.1 that abuse a server, until they are closed. */
public final class Abusers implements AutoCloseable {

    /** After a connection that the server refused or closed. */
    private static final Duration PAUSE_AFTER_REFUSAL = Duration.ofSeconds(1);

    private static final InetAddress ADDRESS = InetAddress.ofLiteral("127.0.0.1");

    private final int port;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final Queue<RawHttp> connections = new ConcurrentLinkedQueue<>();
    private final AtomicLong attempts = new AtomicLong();
    private volatile boolean closed;

    /**
     * @param port the port of the server
     */
    public Abusers(int port) {
        this.port = port;
    }

    /** Starts this many abusers. Each repeats the abuse, with this pause between. */
    public void start(int count, Duration pause, Abuse abuse) {
        for (int i = 0; i < count; i++) {
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> repeat(number, pause, abuse)));
        }
    }

    /** A connection that is open until the abusers are closed. */
    public RawHttp connect() {
        return open(() -> new RawHttp(port, ADDRESS));
    }

    /** A connection for an abuser who does not read, which the server soon notices. */
    public RawHttp connectWithSmallBuffer() {
        return open(() -> RawHttp.withSmallBuffer(port, ADDRESS));
    }

    /** Sends a request over a connection of its own, and waits for the start of the response. */
    public void request(String request) {
        attempts.incrementAndGet();
        try (RawHttp connection = new RawHttp(port, ADDRESS)) {
            connection.isAnswered(request);
        }
    }

    /** The requests and connections that were tried. */
    public long attempts() {
        return attempts.get();
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
        connections.forEach(RawHttp::close);
    }

    private RawHttp open(Supplier<RawHttp> opening) {
        attempts.incrementAndGet();
        RawHttp connection = opening.get();
        connections.add(connection);
        return connection;
    }

    private void repeat(int number, Duration pause, Abuse abuse) {
        try {
            for (int time = 0; !closed; time++) {
                try {
                    abuse.commit(number, time);
                    Thread.sleep(pause);
                } catch (RuntimeException refused) {
                    Thread.sleep(PAUSE_AFTER_REFUSAL);
                }
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    /** What an abuser does again and again. */
    @FunctionalInterface
    public interface Abuse {

        /**
         * @param number which of the abusers this is, from 0
         * @param time how often this abuser has done it before
         */
        void commit(int number, int time) throws InterruptedException;
    }
}
