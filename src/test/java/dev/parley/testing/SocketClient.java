package dev.parley.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.RestAssured;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.impl.WebSocketInternal;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A WebSocket client. It queues the received messages by their reference {@code ref}. */
public final class SocketClient implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COUNTS = "the counts of notifications";
    private static final Vertx VERTX = Vertx.vertx();
    private static final WebSocketClient CLIENT =
            VERTX.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(5_000));

    private final WebSocket socket;
    private final Map<String, BlockingQueue<JsonNode>> received = new ConcurrentHashMap<>();

    private SocketClient(WebSocket socket) {
        this.socket = socket;
        socket.textMessageHandler(this::onMessage);
        socket.exceptionHandler(ignored -> {});
    }

    public static SocketClient open(Person person) {
        return open(RestAssured.port, person.token());
    }

    public static SocketClient open(int port, String token) {
        WebSocketConnectOptions options = at(port, "/api/ws");
        if (!token.isEmpty()) {
            options.putHeader("Authorization", "Bearer " + token);
        }
        return connected(options);
    }

    public static SocketClient withSubProtocol(String token) {
        return connected(
                at(RestAssured.port, "/api/ws")
                        .addSubProtocol("parley")
                        .addSubProtocol("bearer." + token));
    }

    public static SocketClient atPath(String path) {
        return connected(at(RestAssured.port, path));
    }

    private static WebSocketConnectOptions at(int port, String path) {
        return new WebSocketConnectOptions().setHost("localhost").setPort(port).setURI(path);
    }

    private static SocketClient connected(WebSocketConnectOptions options) {
        try {
            return new SocketClient(
                    CLIENT.connect(options).toCompletionStage().toCompletableFuture().join());
        } catch (CompletionException failure) {
            throw new IllegalStateException(String.valueOf(failure.getCause()), failure);
        }
    }

    public String subProtocol() {
        return String.valueOf(socket.subProtocol());
    }

    public void say(String message) {
        socket.writeTextMessage(InProcess.withEchoAgent(message))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /**
     * The next message with this reference; an empty reference means a message without {@code ref}.
     */
    public JsonNode next(String ref) {
        try {
            JsonNode message = queue(ref).poll(30, TimeUnit.SECONDS);
            if (message == null) {
                throw new IllegalStateException("No message within 30 seconds for " + ref);
            }
            Contract.requireMessage(message);
            return message;
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interruption);
        }
    }

    /** The next count of unread notifications. */
    public long nextCount() {
        return next(COUNTS).path("unread").asLong();
    }

    /** All messages with this reference up to the first message of this type. */
    public List<JsonNode> until(String ref, String type) {
        List<JsonNode> all = new ArrayList<>();
        do {
            all.add(next(ref));
        } while (!all.getLast().path("type").asText().equals(type));
        return all;
    }

    public boolean isClosed() {
        return socket.isClosed();
    }

    public int closedWith() {
        return socket.closeStatusCode();
    }

    /** Closes the TCP connection without a close frame. */
    public void drop() {
        ((WebSocketInternal) socket).channelHandlerContext().close().awaitUninterruptibly();
    }

    @Override
    public void close() {
        socket.close();
    }

    private void onMessage(String text) {
        try {
            JsonNode message = JSON.readTree(text);
            boolean isCount = message.path("type").asText().equals("notifications.unread");
            queue(isCount ? COUNTS : message.path("ref").asText("")).add(message);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private BlockingQueue<JsonNode> queue(String ref) {
        return received.computeIfAbsent(ref, key -> new LinkedBlockingQueue<>());
    }

    /** Opens a client that never reads, and therefore answers no ping. */
    public static Mute mute(Person person) throws IOException {
        Socket socket = new Socket("localhost", RestAssured.port);
        byte[] nonce = new byte[16];
        new SecureRandom().nextBytes(nonce);
        socket.getOutputStream()
                .write(
                        """
                        GET /api/ws HTTP/1.1\r
                        Host: localhost\r
                        Authorization: Bearer %s\r
                        Upgrade: websocket\r
                        Connection: Upgrade\r
                        Sec-WebSocket-Version: 13\r
                        Sec-WebSocket-Key: %s\r
                        \r
                        """
                                .formatted(
                                        person.token(), Base64.getEncoder().encodeToString(nonce))
                                .getBytes(StandardCharsets.US_ASCII));
        byte[] status = socket.getInputStream().readNBytes(12);
        if (!new String(status, StandardCharsets.US_ASCII).endsWith("101")) {
            throw new IOException("Not upgraded");
        }
        return new Mute(socket);
    }

    /** A client that sends and never reads. */
    public record Mute(Socket socket) implements AutoCloseable {

        /** Sends a masked text frame of fewer than 126 bytes (RFC 6455, section 5.2). */
        public void say(String message) throws IOException {
            byte[] text = message.getBytes(StandardCharsets.UTF_8);
            byte[] frame = new byte[6 + text.length];
            frame[0] = (byte) 0x81;
            frame[1] = (byte) (0x80 | text.length);
            System.arraycopy(text, 0, frame, 6, text.length);
            OutputStream out = socket.getOutputStream();
            out.write(frame);
            out.flush();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
