package dev.parley.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * The network between a browser and Parley: a test cuts connections, lets them fall silent, and
 * leads new connections to another replica.
 */
public final class SwitchedNetwork implements AutoCloseable {

    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile int target;
    private volatile boolean isDown;
    private volatile CountDownLatch audible = new CountDownLatch(0);

    public SwitchedNetwork(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Thread.ofVirtual().name("network").start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** New connections lead to this port; those that are open stay. */
    public void leadTo(int port) {
        target = port;
    }

    /** Cuts all connections; new connections are possible at once. */
    public void cut() {
        sockets.forEach(SwitchedNetwork::close);
    }

    /** Cuts all connections and refuses others, until {@link #comeUp}. */
    public void goDown() {
        isDown = true;
        cut();
    }

    public void comeUp() {
        isDown = false;
    }

    /** Holds back what the server sends on open connections, without closing them. */
    public void fallSilent() {
        audible = new CountDownLatch(1);
    }

    public void speak() {
        audible.countDown();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                if (isDown) {
                    client.close();
                } else {
                    connect(client);
                }
            }
        } catch (IOException closed) {
            // The test is over
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server;
        try {
            server = new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException failure) {
            client.close();
            return;
        }
        sockets.add(client);
        sockets.add(server);
        Thread.ofVirtual().start(() -> pump(client, server, false));
        Thread.ofVirtual().start(() -> pump(server, client, true));
    }

    private void pump(Socket from, Socket to, boolean isFromServer) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16 * 1024];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (isFromServer) {
                    audible.await();
                }
                out.write(buffer, 0, count);
            }
        } catch (IOException closed) {
            // The other side notices
        } catch (InterruptedException failure) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        speak();
        cut();
    }
}
