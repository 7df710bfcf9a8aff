package dev.parley.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** The proxy of {@code docs/operations.md} in front of a process. */
public final class Nginx implements AutoCloseable {

    private static final String BLOCK = "```nginx\n";

    private final Process process;

    private Nginx(Process process) {
        this.process = process;
    }

    /**
     * Starts the proxy, and returns when it listens.
     *
     * @param port takes the place of the documented port
     * @param target takes the place of the documented port of Parley
     */
    public static Nginx started(Path home, int port, int target) throws IOException {
        String documented = Files.readString(Path.of("docs", "operations.md"));
        int start = documented.indexOf(BLOCK) + BLOCK.length();
        String servers =
                documented
                        .substring(start, documented.indexOf("```", start))
                        .replace("listen 8000;", "listen 127.0.0.1:%d;".formatted(port))
                        .replace("127.0.0.1:8080", "127.0.0.1:" + target);
        Path configuration = home.resolve("nginx.conf");
        Files.writeString(
                configuration,
                """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log stderr;
                events {}
                http {
                    access_log off;
                    client_body_temp_path body;
                    proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi;
                    scgi_temp_path scgi;
                    %s
                }
                """
                        .formatted(servers));
        Process process =
                new ProcessBuilder(
                                "nginx",
                                "-p",
                                home.toString(),
                                "-e",
                                "stderr",
                                "-c",
                                configuration.toString())
                        .inheritIO()
                        .start();
        Wait.until(() -> isListening(port));
        return new Nginx(process);
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
