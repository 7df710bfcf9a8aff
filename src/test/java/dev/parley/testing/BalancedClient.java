package dev.parley.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client behind a service of Kubernetes: a new connection reaches a replica that is ready, and an
 * open connection stays where it is. The client has one turn after another on its connection, until
 * the server closes the connection or the client is stopped. It repeats a request only if the
 * response says when.
 */
public final class BalancedClient {

    private final IntSupplier readyPort;
    private final String token;
    private final Duration thinking;
    private final Thread thread;
    private final Queue<String> replies = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger repetitions = new AtomicInteger();
    private @Nullable Socket socket;
    private volatile boolean stopped;

    private BalancedClient(IntSupplier readyPort, String token, Duration thinking) {
        this.readyPort = readyPort;
        this.token = token;
        this.thinking = thinking;
        this.thread = Thread.ofVirtual().start(this::chat);
    }

    /**
     * @param readyPort the port of a replica that is ready, for the next connection
     * @param thinking how long each turn takes
     */
    public static BalancedClient chatting(IntSupplier readyPort, String token, Duration thinking) {
        return new BalancedClient(readyPort, token, thinking);
    }

    private void chat() {
        while (!stopped) {
            String reply = "reply-" + UUID.randomUUID();
            try {
                while (!isAnswered(reply)) {
                    repetitions.incrementAndGet();
                }
            } catch (IOException | RuntimeException failure) {
                failures.add(reply + ": " + failure);
                close();
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
                stopped = true;
            }
        }
        close();
    }

    /** False if the request is to be repeated. */
    private boolean isAnswered(String reply) throws IOException, InterruptedException {
        Socket connection = connection();
        connection.getOutputStream().write(request(reply));
        InputStream in = new BufferedInputStream(connection.getInputStream());
        String head = KeptAlive.head(in).toLowerCase(Locale.ROOT);
        String body = new String(in.readNBytes(KeptAlive.length(head)), StandardCharsets.UTF_8);
        if (head.contains("connection: close")) {
            close();
        }
        if (head.startsWith("http/1.1 503 ") && head.contains("\r\nretry-after: ")) {
            Thread.sleep(Duration.ofSeconds(1));
            return false;
        }
        if (head.startsWith("http/1.1 200 ") && body.contains(reply)) {
            replies.add(reply);
        } else {
            failures.add(reply + ": " + head + body);
        }
        return true;
    }

    private Socket connection() throws IOException {
        if (socket == null) {
            socket = new Socket("localhost", readyPort.getAsInt());
            socket.setSoTimeout(60_000);
        }
        return socket;
    }

    private byte[] request(String reply) {
        String body =
                "{\"message\":\"think %d %s\",\"agent_type\":\"assistant\"}"
                        .formatted(thinking.toMillis(), reply);
        return """
        POST /api/chat HTTP/1.1\r
        Host: localhost\r
        Authorization: Bearer %s\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        %s\
        """
                .formatted(token, body.length(), body)
                .getBytes(StandardCharsets.UTF_8);
    }

    private void close() {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException failure) {
            failures.add("closing: " + failure);
        }
        socket = null;
    }

    /** The replies that arrived. */
    public List<String> replies() {
        return List.copyOf(replies);
    }

    /** The requests that got another response or none. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** How often the client repeated a request because its response was a refusal. */
    public int repetitions() {
        return repetitions.get();
    }

    /** Lets the present turn end, and begins no other. */
    public void stop() {
        stopped = true;
    }

    public void join() throws InterruptedException {
        thread.join();
    }
}
