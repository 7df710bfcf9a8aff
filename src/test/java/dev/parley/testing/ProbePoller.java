package dev.parley.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Asks the liveness and the readiness of a process again and again, until it is closed. */
public final class ProbePoller implements AutoCloseable {

    private static final long BETWEEN_MILLIS = 250;

    private final ParleyProcess parley;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads;
    private volatile boolean closed;

    /**
     * @param liveness how long a client waits for the liveness
     * @param readiness how long a client waits for the readiness
     */
    public ProbePoller(ParleyProcess parley, Duration liveness, Duration readiness) {
        this.parley = parley;
        this.threads =
                List.of(
                        Thread.ofVirtual().start(() -> poll("live", liveness)),
                        Thread.ofVirtual().start(() -> poll("ready", readiness)));
    }

    /** Each answer that was not 200, with its time. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    private void poll(String probe, Duration timeout) {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:%d/q/health/%s"
                                                .formatted(parley.managementPort(), probe)))
                        .timeout(timeout)
                        .build();
        try {
            while (!closed) {
                ask(probe, request);
                Thread.sleep(BETWEEN_MILLIS);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(String probe, HttpRequest request) throws InterruptedException {
        long start = System.nanoTime();
        String answer;
        try {
            HttpResponse<String> response =
                    http.send(request, HttpResponse.BodyHandlers.ofString());
            answer =
                    response.statusCode() == 200
                            ? ""
                            : response.statusCode() + " " + response.body();
        } catch (IOException failure) {
            answer = failure.toString();
        }
        if (!answer.isEmpty() && !closed) {
            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
            failures.add(
                    "%s after %d ms: %s".formatted(probe, millis, answer.replaceAll("\\s+", " ")));
        }
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        http.shutdownNow();
    }
}
