package dev.parley.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Mixed traffic of simulated users in parallel, until it is stopped. A seed makes the choices
 * repeatable.
 */
public final class Load implements AutoCloseable {

    private static final int PEOPLE = 12;
    private static final long BETWEEN_MILLIS = 150;

    private final ParleyProcess parley;
    private final AtomicLong count = new AtomicLong();
    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
    private final List<Thread> people = new ArrayList<>();
    private volatile boolean stopped;

    private Load(ParleyProcess parley) {
        this.parley = parley;
    }

    public static Load to(ParleyProcess parley) {
        Load traffic = new Load(parley);
        long seed = System.nanoTime();
        System.out.println("The traffic's seed is " + seed);
        for (int i = 0; i < PEOPLE; i++) {
            Random choices = new Random(seed + i);
            traffic.people.add(Thread.ofVirtual().start(() -> traffic.live(choices)));
        }
        return traffic;
    }

    private void live(Random choices) {
        try {
            String token = comeIn("p-" + UUID.randomUUID().toString().substring(0, 13));
            while (!stopped) {
                doSomething(choices, token);
                count.incrementAndGet();
                Thread.sleep(BETWEEN_MILLIS);
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            surprises.add(String.valueOf(failure));
        }
    }

    private String comeIn(String name) {
        ObjectNode account =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("username", name)
                        .put("password", Person.PASSWORD);
        expect(
                201,
                parley.post(
                        "/api/auth/register",
                        "",
                        account.deepCopy().put("email", name + "@example.org").toString()));
        return parley.post("/api/auth/login", "", account.toString()).text("access_token");
    }

    private void doSomething(Random choices, String token) {
        switch (choices.nextInt(12)) {
            case 0, 1, 2 -> expect(200, says(token, "hello"));
            case 3 -> expect(200, says(token, "add buy milk"));
            case 4 -> watch(token, true);
            case 5 -> watch(token, false);
            case 6 -> expect(200, parley.get("/api/dashboard/stats", token));
            case 7 -> expect(200, parley.get("/api/tasks?limit=20", token));
            case 8 -> expect(400, parley.post("/api/tasks", token, "{\"title\":7}"));
            case 9 -> expect(401, parley.get("/api/me", "nonsense"));
            case 10 -> socket(token);
            default -> expect(200, parley.get("/api/conversations", token));
        }
    }

    private Person.ApiResponse says(String token, String message) {
        return parley.post("/api/chat", token, "{\"message\":\"%s\"}".formatted(message));
    }

    /** Follows a turn to its end, or disconnects before. */
    private void watch(String token, boolean toItsEnd) {
        HttpRequest.Builder request =
                parley.request("/api/chat", token)
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"message\":\"count to 5 every 20\"}"));
        try (Events events = Events.open(request, "Accept", "text/event-stream")) {
            events.next();
            if (toItsEnd) {
                events.rest();
            }
        }
    }

    private void socket(String token) {
        try (SocketClient socket = SocketClient.open(parley.port(), token)) {
            socket.say("{\"type\":\"chat\",\"ref\":\"a\",\"message\":\"hello\"}");
            socket.until("a", "turn.succeeded");
        }
    }

    private void expect(int status, Person.ApiResponse answer) {
        if (answer.status() != status && !stopped) {
            surprises.add("%d instead of %d: %s".formatted(answer.status(), status, answer.body()));
        }
    }

    /** The number of requests so far. */
    public long count() {
        return count.get();
    }

    /** Responses with an unexpected status. */
    public List<String> surprises() {
        return List.copyOf(surprises);
    }

    public void stop() throws InterruptedException {
        stopped = true;
        for (Thread person : people) {
            person.join();
        }
    }

    @Override
    public void close() {
        stopped = true;
    }
}
