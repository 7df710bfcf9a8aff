package dev.parley.testing;

import io.kubernetes.client.openapi.models.V1Probe;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks a probe as the kubelet does: on a new connection each time, with the period, the timeout and
 * the threshold of a manifest. It counts what it would restart, and restarts nothing.
 */
@SuppressWarnings("NullAway") // What is missing in a manifest fails as it should, as a null
public final class Kubelet implements AutoCloseable {

    private final V1Probe probe;
    private final int port;
    private final Queue<String> looks = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private int failuresInRow;
    private final AtomicInteger mostFailuresInRow = new AtomicInteger();

    private Kubelet(V1Probe probe, int port) {
        this.probe = probe;
        this.port = port;
    }

    public static Kubelet watching(ParleyProcess process, V1Probe probe) {
        Kubelet kubelet = new Kubelet(probe, process.managementPort());
        Future<?> _ =
                kubelet.timer.scheduleAtFixedRate(
                        kubelet::look, 0, probe.getPeriodSeconds(), TimeUnit.SECONDS);
        return kubelet;
    }

    private void look() {
        long start = System.nanoTime();
        String answer = ask();
        boolean isSuccess = answer.startsWith("HTTP/1.1 200 ");
        looks.add(
                "%d ms: %s"
                        .formatted(
                                (System.nanoTime() - start) / 1_000_000,
                                isSuccess ? "live" : answer));
        if (isSuccess) {
            failuresInRow = 0;
        } else {
            failuresInRow++;
            mostFailuresInRow.accumulateAndGet(failuresInRow, Math::max);
        }
    }

    /** The whole answer; a timeout for each byte would last for ever. */
    private String ask() {
        Duration timeout = Duration.ofSeconds(probe.getTimeoutSeconds());
        try (Socket socket = new Socket()) {
            var end = timer(socket, timeout);
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    (int) timeout.toMillis());
            socket.getOutputStream()
                    .write(
                            "GET %s HTTP/1.1\r\nHost: kubelet\r\nConnection: close\r\n\r\n"
                                    .formatted(probe.getHttpGet().getPath())
                                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            end.interrupt();
            return answer.isEmpty() ? "nothing" : answer;
        } catch (IOException failure) {
            return "no answer: " + failure.getMessage();
        }
    }

    private static Thread timer(Socket socket, Duration timeout) {
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        Thread.sleep(timeout);
                        socket.close();
                    } catch (InterruptedException | IOException answered) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    /** Whether the process would have been restarted. */
    public boolean wouldRestart() {
        return mostFailuresInRow.get() >= probe.getFailureThreshold();
    }

    /** Each look with its time and its answer, for the message of a failed test. */
    public List<String> looks() {
        return List.copyOf(looks);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
