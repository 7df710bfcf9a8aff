package dev.parley.testing;

import io.restassured.RestAssured;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection for handshakes and frames (RFC 6455) that no WebSocket client sends. Every read
 * fails after 30 seconds.
 */
public final class RawWebSocket implements AutoCloseable {

    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int CLOSE = 8;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    private RawWebSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = new DataOutputStream(socket.getOutputStream());
    }

    /** A connection that has sent nothing yet. */
    public static RawWebSocket connect() throws IOException {
        Socket socket = new Socket("localhost", RestAssured.port);
        socket.setSoTimeout(30_000);
        return new RawWebSocket(socket);
    }

    /** An open WebSocket. */
    public static RawWebSocket open(Person person, String... headers) throws IOException {
        RawWebSocket socket = connect();
        Response response =
                socket.handshake(append(headers, "Authorization: Bearer " + person.token()));
        if (response.status() != 101) {
            throw new IOException("Not upgraded: " + response);
        }
        return socket;
    }

    /** Sends a complete handshake with further header lines, and reads the response. */
    public Response handshake(String... headers) throws IOException {
        return request(
                "/api/ws",
                append(
                        headers,
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
    }

    /** Sends a GET with these header lines, and reads the response. */
    public Response request(String path, String... headers) throws IOException {
        String head =
                "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n"
                        .formatted(path, String.join("\r\n", headers));
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        String status = line();
        StringBuilder lines = new StringBuilder();
        int length = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            lines.append(line).append('\n');
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return new Response(
                Integer.parseInt(status.split(" ", -1)[1]),
                lines.toString(),
                new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    /** Sends a message in one frame. */
    public void send(int opcode, byte[] payload) throws IOException {
        sendFrame(opcode, true, payload);
    }

    public void sendText(String message) throws IOException {
        send(TEXT, message.getBytes(StandardCharsets.UTF_8));
    }

    public void sendFrame(int opcode, boolean isFinal, byte[] payload) throws IOException {
        announceFrame(opcode, isFinal, payload.length);
        out.write(payload);
        out.flush();
    }

    /** Sends the header of a frame only; the mask of zeros leaves a payload as it is. */
    public void announceFrame(int opcode, boolean isFinal, long length) throws IOException {
        out.write((isFinal ? FINAL : 0) | opcode);
        if (length < 126) {
            out.write(MASKED | (int) length);
        } else if (length < 1 << 16) {
            out.write(MASKED | 126);
            out.writeShort((int) length);
        } else {
            out.write(MASKED | 127);
            out.writeLong(length);
        }
        out.writeInt(0);
        out.flush();
    }

    /** The text of the next data frame. */
    public String nextText() throws IOException {
        Frame frame = next();
        while (frame.opcode() > BINARY) {
            frame = next();
        }
        return StandardCharsets.UTF_8.decode(frame.payload()).toString();
    }

    /** Reads until the server closes the WebSocket; the code of the close frame. */
    public int closeCode() throws IOException {
        Frame frame = next();
        while (frame.opcode() != CLOSE) {
            frame = next();
        }
        return frame.payload().getShort();
    }

    private Frame next() throws IOException {
        int opcode = in.readUnsignedByte() & 0x0F;
        long length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        return new Frame(opcode, ByteBuffer.wrap(in.readNBytes(Math.toIntExact(length))));
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    private static String[] append(String[] headers, String... more) {
        String[] all = Arrays.copyOf(headers, headers.length + more.length);
        System.arraycopy(more, 0, all, headers.length, more.length);
        return all;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private record Frame(int opcode, ByteBuffer payload) {}

    /** The response to a handshake or to a request. */
    public record Response(int status, String headers, String body) {

        public @Nullable String header(String name) {
            return headers.lines()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse(null);
        }
    }
}
