package dev.parley.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands between Parley and PostgreSQL, and can behave like a bad network: refuse, cut, and lose
 * the answer to a commit, which is the one moment at which nobody on this side can know what
 * happened on the other.
 */
public final class DatabaseProxy implements AutoCloseable {

    private static final Pattern PREPARED_COMMIT =
            Pattern.compile("P.{4}(S_\\d+)\\x00COMMIT\\x00", Pattern.DOTALL);

    /**
     * Ends each request of the extended protocol: the server answers, and the client waits for it.
     */
    private static final String SYNC = "S\0\0\0\4";

    private static final int NEVER = Integer.MIN_VALUE;

    private final ServerSocket door;
    private final int target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger commitsUntilLoss = new AtomicInteger(NEVER);
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicLong roundTrips = new AtomicLong();
    private final AtomicLong cutAt = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong freezeAt = new AtomicLong(Long.MAX_VALUE);
    private final Queue<String> notes = new ConcurrentLinkedQueue<>();
    private volatile boolean keepsNotes;
    private volatile boolean refusing;
    private volatile boolean goingAwayWithLoss;
    private volatile CountDownLatch thawed = new CountDownLatch(0);

    private DatabaseProxy(ServerSocket door, int target) {
        this.door = door;
        this.target = target;
    }

    public static DatabaseProxy before(int target) throws IOException {
        ServerSocket door = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        DatabaseProxy proxy = new DatabaseProxy(door, target);
        Thread.ofVirtual().name("database-proxy").start(proxy::accept);
        return proxy;
    }

    public int port() {
        return door.getLocalPort();
    }

    /** Cuts all connections and takes no new ones: the database is away. */
    public void goAway() {
        refusing = true;
        links.forEach(Link::cut);
    }

    public void comeBack() {
        refusing = false;
    }

    /**
     * Lets the n-th commit from now on through, and cuts its connection before the answer comes
     * back.
     */
    public void loseAnswerToCommit(int nth) {
        lost.set(0);
        commitsUntilLoss.set(nth);
    }

    /** The same, and the database is away from then on. */
    public void loseAnswerToCommitAndGoAway(int nth) {
        goingAwayWithLoss = true;
        loseAnswerToCommit(nth);
    }

    /** Cuts all connections when Parley asks the n-th time from now on, before it is passed on. */
    public void goAwayAt(long nth) {
        cutAt.set(roundTrips.get() + nth);
    }

    /** {@linkplain #freeze Freezes} when Parley asks the n-th time from now on. */
    public void freezeAt(long nth) {
        freezeAt.set(roundTrips.get() + nth);
    }

    /** Whether it holds back what Parley sends. */
    public boolean isFrozen() {
        return thawed.getCount() > 0;
    }

    /** Holds back whatever Parley sends: connections stay, nothing is answered. */
    public void freeze() {
        thawed = new CountDownLatch(1);
    }

    public void thaw() {
        thawed.countDown();
    }

    /** What the server has noted to Parley since it was last asked; plans, where it explains. */
    public String notes() {
        StringBuilder all = new StringBuilder();
        for (String next = notes.poll(); next != null; next = notes.poll()) {
            all.append(next);
        }
        return all.toString();
    }

    /** Whether what the server notes is kept. */
    public void keepNotes(boolean keeps) {
        keepsNotes = keeps;
        notes.clear();
    }

    /** How many answers were lost since it was last asked to lose one. */
    public int lostAnswers() {
        return lost.get();
    }

    /** Times that Parley has waited for the database so far. */
    public long roundTrips() {
        return roundTrips.get();
    }

    /** Behaves well again. */
    public void behave() {
        freezeAt.set(Long.MAX_VALUE);
        thaw();
        goingAwayWithLoss = false;
        cutAt.set(Long.MAX_VALUE);
        refusing = false;
        commitsUntilLoss.set(NEVER);
    }

    @Override
    public void close() throws IOException {
        goAway();
        door.close();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                if (refusing || !isLinked(client)) {
                    client.close();
                }
            } catch (IOException failure) {
                return;
            }
        }
    }

    /** A server that is down is passed on as it is: by a closed connection. */
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

    /** One connection, both ways. */
    private final class Link {

        private final Socket client;
        private final Socket server;
        private volatile boolean losing;
        private String commitName = "";

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
                    if (!isForth && keepsNotes) {
                        notes.add(new String(buffer, 0, read, StandardCharsets.UTF_8));
                    }
                    if (!isForth && losing) {
                        lost.incrementAndGet();
                        if (goingAwayWithLoss) {
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
                // One side has gone; so goes the other
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

        /** The driver prepares its COMMIT, and from then on only tells the statement's name. */
        private boolean isCommit(String sent) {
            Matcher prepared = PREPARED_COMMIT.matcher(sent);
            if (prepared.find()) {
                commitName = prepared.group(1);
                return true;
            }
            return sent.contains("COMMIT\0")
                    || (!commitName.isEmpty() && sent.contains("\0" + commitName + "\0"));
        }

        void cut() {
            links.remove(this);
            try (client;
                    server) {
                client.setSoLinger(true, 0);
            } catch (IOException failure) {
                // Nothing is left to cut
            }
        }
    }
}
