package dev.parley.testing;

import io.restassured.RestAssured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A connection that sends what no HTTP client would send. */
public final class RawHttp implements AutoCloseable {

    private final Socket socket;

    /** Connects to the application under test. */
    public RawHttp() {
        this(RestAssured.port, InetAddress.getLoopbackAddress());
    }

    /**
     * @param from the address of this client; each address from 127.0.0.1 to 127.255.255.254
     *     belongs to this machine
     */
    public RawHttp(int port, InetAddress from) {
        this(new Socket(), port, from);
    }

    private RawHttp(Socket socket, int port, InetAddress from) {
        this.socket = socket;
        try {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout(20_000);
        } catch (IOException failure) {
            close();
            throw new UncheckedIOException(failure);
        }
    }

    /** A connection with the smallest buffer, so that the server soon notices who does not read. */
    public static RawHttp withSmallBuffer(int port, InetAddress from) {
        Socket socket = new Socket();
        try {
            socket.setReceiveBufferSize(4_096);
        } catch (SocketException failure) {
            throw new UncheckedIOException(failure);
        }
        return new RawHttp(socket, port, from);
    }

    /** Sends text; each line ends as in HTTP/1.1. */
    public RawHttp send(String text) {
        try {
            socket.getOutputStream().write(bytes(text));
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static byte[] bytes(String text) {
        return text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** All that the server sends until it closes the connection. */
    public String readAll() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        readAllInto(all);
        return all.toString(StandardCharsets.UTF_8);
    }

    /** Throws away all that the server sends until it closes the connection. */
    public void skipAll() {
        readAllInto(OutputStream.nullOutputStream());
    }

    private void readAllInto(OutputStream all) {
        try {
            socket.getInputStream().transferTo(all);
        } catch (SocketException reset) {
            // What came before the reset counts
            return;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What the server sends, up to the end of a text. */
    public String readUntil(String end) {
        StringBuilder text = new StringBuilder();
        try {
            while (text.indexOf(end) < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    throw new IllegalStateException("The connection ended after: " + text);
                }
                text.append((char) next);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("after: " + text, failure);
        }
        return text.toString();
    }

    /** Whether the server has sent something that was not read yet. */
    public boolean hasResponse() {
        try {
            return socket.getInputStream().available() > 0;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Whether a request gets a response; a refused connection may end as it is written to. */
    public boolean isAnswered(String request) {
        try {
            socket.getOutputStream().write(bytes(request));
            return socket.getInputStream().read() == 'H';
        } catch (SocketException reset) {
            return false;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Whether the server has closed the connection, or closes it within the read timeout. */
    public boolean isClosedByServer() {
        return readAll().isEmpty();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
