package dev.parley.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * A TCP proxy between Parley and PostgreSQL that can behave like a bad network: it refuses or cuts
 * connections, and loses the response to a commit. Without that response, Parley cannot know
 * whether PostgreSQL committed.
 */
public final class DatabaseProxy implements AutoCloseable {

    private static final Pattern PREPARED_COMMIT =
            Pattern.compile("P.{4}(S_\\d+)\\x00COMMIT\\x00", Pattern.DOTALL);

    /** Ends each request of the extended query protocol: the client waits for the response. */
    private static final String SYNC = "S\0\0\0\4";

    private static final int NEVER = Integer.MIN_VALUE;

    private final ServerSocket listener;
    private final int target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger commitsUntilLoss = new AtomicInteger(NEVER);
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicLong roundTrips = new AtomicLong();
    private final AtomicLong cutAt = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong freezeAt = new AtomicLong(Long.MAX_VALUE);
    private final Queue<String> notes = new ConcurrentLinkedQueue<>();
    private volatile boolean recordsNotes;
    private volatile boolean refusing;
    private volatile boolean goesAwayAfterLoss;
    private volatile CountDownLatch thawed = new CountDownLatch(0);

    private DatabaseProxy(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    public static DatabaseProxy before(int target) throws IOException {
        ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        DatabaseProxy proxy = new DatabaseProxy(listener, target);
        Thread.ofVirtual().name("database-proxy").start(proxy::accept);
        return proxy;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Cuts all connections and refuses new connections, as an unreachable database does. */
    public void goAway() {
        refusing = true;
        links.forEach(Link::cut);
    }

    public void comeBack() {
        refusing = false;
    }

    /**
     * Forwards the n-th commit from now on, and cuts its connection instead of returning the
     * response.
     */
    public void loseAnswerToCommit(int nth) {
        lost.set(0);
        commitsUntilLoss.set(nth);
    }

    /**
     * {@linkplain #loseAnswerToCommit Loses the response} to the n-th commit, then {@linkplain
     * #goAway goes away}.
     */
    public void loseAnswerToCommitAndGoAway(int nth) {
        goesAwayAfterLoss = true;
        loseAnswerToCommit(nth);
    }

    /**
     * {@linkplain #goAway Goes away} at the n-th request from now on, without forwarding the
     * request.
     */
    public void goAwayAt(long nth) {
        cutAt.set(roundTrips.get() + nth);
    }

    /** {@linkplain #freeze Freezes} at the n-th request from now on. */
    public void freezeAt(long nth) {
        freezeAt.set(roundTrips.get() + nth);
    }

    /** Whether the proxy is frozen. */
    public boolean isFrozen() {
        return thawed.getCount() > 0;
    }

    /** Stops forwarding requests: connections stay open without a response. */
    public void freeze() {
        thawed = new CountDownLatch(1);
    }

    public void thaw() {
        thawed.countDown();
    }

    /**
     * Drains the recorded bytes from the server: its responses and notices, such as explained
     * plans.
     */
    public String notes() {
        StringBuilder all = new StringBuilder();
        for (String next = notes.poll(); next != null; next = notes.poll()) {
            all.append(next);
        }
        return all.toString();
    }

    /** Starts or stops recording the bytes from the server, and clears the record. */
    public void keepNotes(boolean keeps) {
        recordsNotes = keeps;
        notes.clear();
    }

    /** The number of responses lost since the last call of {@link #loseAnswerToCommit}. */
    public int lostAnswers() {
        return lost.get();
    }

    /** The number of requests that Parley has sent so far. */
    public long roundTrips() {
        return roundTrips.get();
    }

    /** Ends all faults: forwards requests and responses again. */
    public void behave() {
        freezeAt.set(Long.MAX_VALUE);
        thaw();
        goesAwayAfterLoss = false;
        cutAt.set(Long.MAX_VALUE);
        refusing = false;
        commitsUntilLoss.set(NEVER);
    }

    @Override
    public void close() throws IOException {
        goAway();
        listener.close();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (refusing || !isLinked(client)) {
                    client.close();
                }
            } catch (IOException failure) {
                return;
            }
        }
    }

    /** If the server is down, the client sees a closed connection. */
    private boolean isLinked(Socket client) {
        try {
            link(client, new Socket(InetAddress.getLoopbackAddress(), target));
            return true;
        } catch (IOException failure) {
            return false;
        }
    }

    private void link(Socket client, Socket server) throws IOException {
        Link link = new Link(client, server);
        links.add(link);
        Thread.ofVirtual().start(link::forth);
        Thread.ofVirtual().start(link::back);
    }

    /** A forwarded connection, in both directions. */
    private final class Link {

        private final Socket client;
        private final Socket server;
        private volatile boolean losing;
        private final Set<String> commitNames = new HashSet<>();

        Link(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        void forth() {
            pump(client, server, true);
        }

        void back() {
            pump(server, client, false);
        }

        private void pump(Socket from, Socket to, boolean isForth) {
            byte[] buffer = new byte[64 * 1024];
            try (InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    if (isForth) {
                        listen(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
                        thawed.await();
                    }
                    if (!isForth && recordsNotes) {
                        notes.add(new String(buffer, 0, read, StandardCharsets.UTF_8));
                    }
                    if (!isForth && losing) {
                        lost.incrementAndGet();
                        if (goesAwayAfterLoss) {
                            goAway();
                        }
                        return;
                    }
                    out.write(buffer, 0, read);
                    out.flush();
                }
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
            } catch (IOException failure) {
                // One side closed the connection: the other side is closed below
            } finally {
                cut();
            }
        }

        private void listen(String sent) {
            if (sent.endsWith(SYNC)) {
                long roundTrip = roundTrips.incrementAndGet();
                if (roundTrip == cutAt.get()) {
                    goAway();
                }
                if (roundTrip == freezeAt.get()) {
                    freeze();
                }
            }
            if (isCommit(sent)) {
                losing = commitsUntilLoss.get() != NEVER && commitsUntilLoss.decrementAndGet() == 0;
            }
        }

        /**
         * The driver prepares a COMMIT once, alone and behind each statement that commits, and then
         * sends only the name of the prepared statement.
         */
        private boolean isCommit(String sent) {
            PREPARED_COMMIT
                    .matcher(sent)
                    .results()
                    .forEach(found -> commitNames.add(found.group(1)));
            return sent.contains("COMMIT\0")
                    || commitNames.stream().anyMatch(name -> sent.contains("\0" + name + "\0"));
        }

        void cut() {
            links.remove(this);
            try (client;
                    server) {
                client.setSoLinger(true, 0);
            } catch (IOException failure) {
                // The connection is closed already
            }
        }
    }
}
