package dev.parley.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client that repeats a request on one kept-alive connection until the server closes the
 * connection.
 */
public final class KeptAlive {

    private final Thread thread;
    private final AtomicInteger answered = new AtomicInteger();
    private final Set<Integer> statuses = ConcurrentHashMap.newKeySet();
    private volatile boolean serverCloses;
    private volatile Optional<String> trouble = Optional.empty();

    private KeptAlive(int port, String request) {
        thread = Thread.ofVirtual().start(() -> ask(port, request));
    }

    public static KeptAlive asking(
            int port, String method, String path, String token, String body) {
        return new KeptAlive(
                port,
                """
                %s %s HTTP/1.1\r
                Host: localhost\r
                Authorization: Bearer %s\r
                Content-Type: application/json\r
                Content-Length: %d\r
                \r
                %s\
                """
                        .formatted(
                                method,
                                path,
                                token,
                                body.getBytes(StandardCharsets.UTF_8).length,
                                body));
    }

    private void ask(int port, String request) {
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(30_000);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (!serverCloses) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
                String head = head(in);
                in.readNBytes(length(head));
                statuses.add(Integer.parseInt(head.substring(9, 12)));
                serverCloses =
                        head.toLowerCase(java.util.Locale.ROOT).contains("connection: close");
                answered.incrementAndGet();
            }
        } catch (IOException | RuntimeException failure) {
            trouble = Optional.of("after %d answers: %s".formatted(answered.get(), failure));
        }
    }

    static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed in the middle of: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    static int length(String head) {
        String lower = head.toLowerCase(java.util.Locale.ROOT);
        String rest = lower.substring(lower.indexOf("content-length: ") + 16);
        return Integer.parseInt(rest.substring(0, rest.indexOf('\r')));
    }

    public int answered() {
        return answered.get();
    }

    public Set<Integer> statuses() {
        return Set.copyOf(statuses);
    }

    public boolean wasToldToClose() {
        return serverCloses;
    }

    /** The failure of a request; empty if no request failed. */
    public Optional<String> trouble() {
        return trouble;
    }

    public void join() throws InterruptedException {
        thread.join();
    }
}
