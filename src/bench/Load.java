import com.sun.net.httpserver.HttpServer;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The load generator: each client is somebody with an account, a conversation and one kept-alive HTTP/1.1 connection.
 *
 * <pre>
 * java Load.java turns PORT CLIENTS SECONDS AGENT [h2]   turns in a row, as fast as they go, after a warm-up of a third
 * java Load.java paced PORT CLIENTS SECONDS AGENT MILLIS the same, each client beginning at its own moment; what is added to the agent's time
 * java Load.java everyday PORT RATE SECONDS AGENT MILLIS < tokens  RATE turns a second by the clock, whoever waits, of people who write every four
 *                                                        seconds; a turn counts from the moment at which it was due. And twenty looks a second at dashboards
 * java Load.java waiting PORT CLIENTS RATE AGENT [json|sse] [MESSAGES]  one turn each, arriving at a rate; how long the dashboard takes meanwhile.
 *                                                        Each in a conversation of as many messages of 32,000 characters
 * java Load.java streams PORT CLIENTS SECONDS AGENT      one streaming turn each, begun within SECONDS: what comes of the events, and when
 * java Load.java single PORT TURNS AGENT                 one client, one turn after the other: the time of one turn
 * java Load.java people PORT CLIENTS                     registers as many, and prints their tokens
 * java Load.java limits PORT SECONDS RATE FLOOD < tokens  cheap requests of accounts, RATE a second (0: as fast as they go), while FLOOD log-ins a second
 *                                                        with random names come from the same address
 * java Load.java burst PORT AGENT < tokens               one turn of each, all at once: how long until each is answered
 * </pre>
 */
public final class Load {

    private static final int FLOOD_CONNECTIONS = 64;
    private static final int SECONDS_BETWEEN_MESSAGES = 4;
    private static final int LOOKS_A_SECOND = 20;
    private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");
    private static final Pattern CONVERSATION = Pattern.compile("\"conversation_id\":\"([^\"]+)\"");

    private final int port;
    private final String run = Long.toString(System.nanoTime(), 36);

    private Load(int port) {
        this.port = port;
    }

    public static void main(String[] arguments) throws Exception {
        Load load = new Load(Integer.parseInt(arguments[1]));
        switch (arguments[0]) {
            case "turns" -> load.turns(number(arguments[2]), number(arguments[3]), arguments[4], arguments.length > 5, 0);
            case "paced" -> load.turns(number(arguments[2]), number(arguments[3]), arguments[4], false, number(arguments[5]));
            case "everyday" -> load.everyday(new BufferedReader(new InputStreamReader(System.in)).lines().toList(), number(arguments[2]), number(arguments[3]), arguments[4], number(arguments[5]));
            case "waiting" -> load.waiting(number(arguments[2]), number(arguments[3]), arguments[4], arguments.length > 5 ? arguments[5] : "json",
                    arguments.length > 6 ? number(arguments[6]) : 0);
            case "streams" -> load.streams(number(arguments[2]), number(arguments[3]), arguments[4]);
            case "single" -> load.single(number(arguments[2]), arguments[3]);
            case "account" -> load.account(number(arguments[2]), number(arguments[3]), number(arguments[4]), arguments[5]);
            case "people" -> load.people(number(arguments[2])).forEach(System.out::println);
            case "limits" -> load.limits(new BufferedReader(new InputStreamReader(System.in)).lines().toList(), number(arguments[2]), number(arguments[3]), number(arguments[4]));
            case "burst" -> load.afterPractice().burst(new BufferedReader(new InputStreamReader(System.in)).lines().toList(), arguments[2]);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private void turns(int clients, int seconds, String agent, boolean http2, int agentMillis) throws Exception {
        List<String> tokens = people(clients);
        LongAdder counted = new LongAdder();
        LongAdder acknowledged = new LongAdder();
        LongAdder refused = new LongAdder();
        long start = System.nanoTime();
        long warmUntil = start + seconds * 1_000_000_000L / 3;
        long until = warmUntil + seconds * 1_000_000_000L;
        List<long[]> latencies = atOnce(clients, client -> {
            List<Long> mine = new ArrayList<>();
            Thread.sleep(Duration.ofMillis(agentMillis == 0 ? 0 : (long) agentMillis * client / clients));
            try (Connection connection = http2 ? new Http2(tokens.get(client)) : new Http1(tokens.get(client))) {
                String conversation = "";
                while (System.nanoTime() < until) {
                    long began = System.nanoTime();
                    Answer answer = connection.post("/api/chat", chat("hello", agent, conversation));
                    long ended = System.nanoTime();
                    conversation = first(CONVERSATION, answer.body()).orElse(conversation);
                    if (answer.status() == 200) {
                        acknowledged.increment();
                    } else if (refused.sum() == 0) {
                        System.err.println(answer);
                    }
                    if (began >= warmUntil && ended < until) {
                        (answer.status() == 200 ? counted : refused).increment();
                        mine.add(ended - began - agentMillis * 1_000_000L);
                    }
                }
            }
            return mine.stream().mapToLong(Long::longValue).toArray();
        });
        long[] sorted = sorted(latencies);
        System.out.printf("clients=%d turns_per_s=%.0f p50_ms=%.1f p99_ms=%.1f refused=%d acknowledged=%d%n", clients,
                counted.sum() / (seconds - agentMillis / 1e3), percentile(sorted, 50), percentile(sorted, 99), refused.sum(), acknowledged.sum());
    }

    private void everyday(List<String> tokens, int rate, int seconds, String agent, int agentMillis) throws Exception {
        List<Http1> people = new ArrayList<>();
        for (String token : tokens.subList(0, SECONDS_BETWEEN_MESSAGES * rate)) {
            people.add(new Http1(token));
        }
        String[] conversations = new String[people.size()];
        Arrays.fill(conversations, "");
        Http1[] onlookers = new Http1[LOOKS_A_SECOND];
        for (int i = 0; i < onlookers.length; i++) {
            onlookers[i] = new Http1(tokens.get(i));
        }
        int unmeasured = rate * seconds / 3;
        int looksUnmeasured = LOOKS_A_SECOND * seconds / 3;
        LongAdder refused = new LongAdder();
        List<Long> added = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Long> looks = java.util.Collections.synchronizedList(new ArrayList<>());
        long start = System.nanoTime() + 100_000_000L;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> turns = atTheirTime(threads, start, rate, unmeasured + rate * seconds, (turn, due) -> {
                int person = turn % people.size();
                Answer answer;
                synchronized (people.get(person)) {
                    answer = people.get(person).post("/api/chat", chat("hello", agent, conversations[person]));
                    conversations[person] = first(CONVERSATION, answer.body()).orElse(conversations[person]);
                }
                if (turn >= unmeasured) {
                    added.add(System.nanoTime() - due - agentMillis * 1_000_000L);
                    if (answer.status() != 200) {
                        refused.increment();
                    }
                }
            });
            Future<?> dashboards = atTheirTime(threads, start, LOOKS_A_SECOND, looksUnmeasured + LOOKS_A_SECOND * seconds, (number, due) -> {
                Http1 onlooker = onlookers[number % onlookers.length];
                synchronized (onlooker) {
                    look(onlooker);
                }
                if (number >= looksUnmeasured) {
                    looks.add(System.nanoTime() - due);
                }
            });
            turns.get();
            dashboards.get();
        }
        long[] sorted = sorted(numbers(added));
        long[] sortedLooks = sorted(numbers(looks));
        System.out.printf("rate=%d p50_ms=%.1f p99_ms=%.1f p999_ms=%.1f dashboard_p50_ms=%.1f dashboard_p99_ms=%.1f refused=%d%n", rate,
                percentile(sorted, 50), percentile(sorted, 99), sorted[Math.min(sorted.length - 1, sorted.length * 999 / 1000)] / 1e6,
                percentile(sortedLooks, 50), percentile(sortedLooks, 99), refused.sum() + rate * seconds - added.size());
        for (Http1 connection : people) {
            connection.close();
        }
    }

    /** Begins each piece of work when it is due, however many others still run. */
    private static Future<?> atTheirTime(java.util.concurrent.ExecutorService threads, long start, int rate, int count, Due work) {
        return threads.submit(() -> {
            for (int i = 0; i < count; i++) {
                int number = i;
                long due = start + i * 1_000_000_000L / rate;
                Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
                threads.submit(() -> {
                    work.run(number, due);
                    return null;
                });
            }
            return null;
        });
    }

    private interface Due {
        void run(int number, long due) throws Exception;
    }

    /** The flood begins a third of the time earlier than what is measured, so that the address has no tokens left by then. */
    private void limits(List<String> tokens, int seconds, int rate, int flood) throws Exception {
        int clients = tokens.size();
        LongAdder succeeded = new LongAdder();
        LongAdder refused = new LongAdder();
        LongAdder logins = new LongAdder();
        long warmUntil = System.nanoTime() + seconds * 1_000_000_000L / 3;
        long until = warmUntil + seconds * 1_000_000_000L;
        int strangers = flood == 0 ? 0 : FLOOD_CONNECTIONS;
        List<long[]> latencies = atOnce(clients + strangers, client -> {
            if (client >= clients) {
                flood(warmUntil, until, flood, client - clients, logins);
                return new long[0];
            }
            List<Long> mine = new ArrayList<>();
            try (Http1 connection = new Http1(tokens.get(client))) {
                Pace pace = new Pace(rate, clients, client);
                while (pace.waitUntil(until)) {
                    long began = System.nanoTime();
                    Answer answer = connection.get("/api/agents");
                    if (began >= warmUntil) {
                        (answer.status() == 200 ? succeeded : refused).increment();
                        mine.add(System.nanoTime() - began);
                    }
                }
            }
            return mine.stream().mapToLong(Long::longValue).toArray();
        });
        long[] sorted = sorted(latencies);
        System.out.printf("requests_per_s=%.0f p50_ms=%.2f p99_ms=%.2f success_percent=%.1f logins_per_s=%.0f%n", succeeded.sum() / (double) seconds,
                percentile(sorted, 50), percentile(sorted, 99), 100.0 * succeeded.sum() / (succeeded.sum() + refused.sum()), logins.sum() / (double) seconds);
    }

    /** Turns of one account and, at a tenth of the rate, of others, each in a new conversation, as they come: nobody waits for an earlier answer. */
    private void account(int clients, int seconds, int rate, String agent) throws Exception {
        String token = people(1).getFirst();
        List<String> others = people(Math.max(1, clients / 10));
        Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
        Map<Integer, LongAdder> statusesOfOthers = new ConcurrentHashMap<>();
        List<Long> latenciesOfOthers = java.util.Collections.synchronizedList(new ArrayList<>());
        long until = System.nanoTime() + seconds * 1_000_000_000L;
        List<long[]> latencies = atOnce(clients + others.size(), client -> {
            boolean isOther = client >= clients;
            List<Long> mine = new ArrayList<>();
            try (Http1 connection = new Http1(isOther ? others.get(client - clients) : token)) {
                Pace pace = isOther ? new Pace(rate / 10, others.size(), client - clients) : new Pace(rate, clients, client);
                while (pace.waitUntil(until)) {
                    long began = System.nanoTime();
                    Answer answer = connection.post("/api/chat", chat("hello", agent, ""));
                    (isOther ? statusesOfOthers : statuses).computeIfAbsent(answer.status(), status -> new LongAdder()).increment();
                    if (answer.status() == 200) {
                        (isOther ? latenciesOfOthers : mine).add(System.nanoTime() - began);
                    }
                }
            }
            return mine.stream().mapToLong(Long::longValue).toArray();
        });
        long all = statuses.values().stream().mapToLong(LongAdder::sum).sum();
        System.out.printf("account: clients=%d rate=%d turns_per_s=%.0f refused_percent=%.1f %s statuses=%s; others: %s statuses=%s%n", clients, rate,
                statuses.getOrDefault(200, new LongAdder()).sum() / (double) seconds, 100.0 * (all - statuses.getOrDefault(200, new LongAdder()).sum()) / all,
                percentiles(sorted(latencies)), statuses, percentiles(sorted(numbers(latenciesOfOthers))), statusesOfOthers);
    }

    private void flood(long warmUntil, long until, int rate, int number, LongAdder logins) throws Exception {
        try (Http1 connection = new Http1("")) {
            Pace pace = new Pace(rate, FLOOD_CONNECTIONS, number);
            for (int i = 0; pace.waitUntil(until); i++) {
                Answer answer = connection.post("/api/auth/login", "{\"username\":\"nobody-%s-%d-%d\",\"password\":\"wrong horse\"}".formatted(run, number, i));
                if (answer.status() == 200) {
                    throw new IOException("Nobody was logged in");
                }
                if (System.nanoTime() >= warmUntil) {
                    logins.increment();
                }
            }
        }
    }

    /** The moments of one of many clients, who make RATE requests a second together. A late client leaves moments out. */
    private static final class Pace {

        private final long interval;
        private long next;

        Pace(int rate, int clients, int client) {
            interval = rate == 0 ? 0 : clients * 1_000_000_000L / rate;
            next = System.nanoTime() + interval * client / clients;
        }

        /** False when the time is over. */
        boolean waitUntil(long until) throws InterruptedException {
            long now = System.nanoTime();
            if (interval > 0 && next > now) {
                Thread.sleep(Duration.ofNanos(Math.min(next, until) - now));
            }
            next = Math.max(next + interval, now);
            return System.nanoTime() < until;
        }
    }

    /** Bursts at somebody else first, so that it is not the load generator's own first seconds that are measured. */
    private Load afterPractice() throws Exception {
        HttpServer partner = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 1_000);
        partner.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        byte[] answer = "{\"status\":\"succeeded\"}".repeat(20).getBytes(StandardCharsets.UTF_8);
        partner.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        partner.start();
        for (int round = 0; round < 5; round++) {
            new Load(partner.getAddress().getPort()).burst(java.util.Collections.nCopies(300, "token"), "nobody");
        }
        partner.stop(0);
        return this;
    }

    private void burst(List<String> tokens, String agent) throws Exception {
        CountDownLatch ready = new CountDownLatch(tokens.size());
        List<long[]> latencies = atOnce(tokens.size(), client -> {
            try (Http1 connection = new Http1(tokens.get(client))) {
                ready.countDown();
                ready.await();
                long began = System.nanoTime();
                Answer answer = connection.post("/api/chat", chat("hello", agent, ""));
                if (answer.status() != 200) {
                    throw new IOException(answer.toString());
                }
                return new long[] {System.nanoTime() - began};
            }
        });
        long[] sorted = sorted(latencies);
        System.out.printf("burst: turns=%d p50_ms=%.0f p99_ms=%.0f%n", tokens.size(), percentile(sorted, 50), percentile(sorted, 99));
    }

    private void waiting(int clients, int rate, String agent, String how, int messages) throws Exception {
        List<String> tokens = people(Math.min(clients, 500));
        List<String> conversations = conversations(tokens, clients, messages);
        long[] idle = new long[1_000];
        try (Http1 onlooker = new Http1(people(1).getFirst())) {
            for (int look = 0; look < idle.length; look++) {
                idle[look] = look(onlooker);
            }
            Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
            CountDownLatch done = new CountDownLatch(clients);
            long began = System.nanoTime();
            long lastArrival = began + clients * 1_000_000_000L / rate;
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < clients; i++) {
                    int client = i;
                    long arrival = began + i * 1_000_000_000L / rate;
                    threads.submit(() -> {
                        Thread.sleep(Duration.ofNanos(Math.max(0, arrival - System.nanoTime())));
                        try (Http1 connection = new Http1(tokens.get(client % tokens.size()))) {
                            Answer answer = how.equals("sse")
                                    ? connection.stream(chat("hello", agent, conversations.get(client)), event -> {})
                                    : connection.post("/api/chat", chat("hello", agent, conversations.get(client)));
                            statuses.computeIfAbsent(answer.status(), status -> new LongAdder()).increment();
                            return null;
                        } catch (IOException failure) {
                            System.err.println(failure);
                            statuses.computeIfAbsent(-1, status -> new LongAdder()).increment();
                            return null;
                        } finally {
                            done.countDown();
                        }
                    });
                }
                List<Long> arriving = new ArrayList<>();
                List<Long> waiting = new ArrayList<>();
                while (done.getCount() == clients) {
                    long now = System.nanoTime();
                    long time = look(onlooker);
                    if (now < lastArrival) {
                        arriving.add(time);
                    } else if (now > lastArrival + 2_000_000_000L) {
                        waiting.add(time);
                    }
                    Thread.sleep(20);
                }
                System.out.printf("dashboard: idle %s; while %d a second arrive %s; while all wait %s%n",
                        percentiles(sorted(idle)), rate, percentiles(sorted(numbers(arriving))), percentiles(sorted(numbers(waiting))));
                done.await();
            }
            System.out.printf("waiting: clients=%d seconds=%.1f statuses=%s%n", clients, (System.nanoTime() - began) / 1e9, statuses);
        }
    }

    /** A conversation of each client with as many long messages; empty ids where there are to be none. */
    private List<String> conversations(List<String> tokens, int clients, int messages) throws Exception {
        String[] ids = new String[clients];
        java.util.Arrays.fill(ids, "");
        int writers = Math.min(tokens.size(), 64);
        String message = "a ".repeat(16_000);
        atOnce(messages == 0 ? 0 : writers, writer -> {
            for (int client = writer; client < clients; client += writers) {
                try (Http1 connection = new Http1(tokens.get(client % tokens.size()))) {
                    for (int i = 0; i < messages; i++) {
                        Answer answer = connection.post("/api/chat", chat(message, "offline", ids[client]));
                        ids[client] = first(CONVERSATION, answer.body()).orElseThrow(() -> new IllegalStateException(answer.toString()));
                    }
                }
            }
            return new long[0];
        });
        return List.of(ids);
    }

    private static String percentiles(long[] sorted) {
        return "n=%d p50_ms=%.1f p99_ms=%.1f".formatted(sorted.length, percentile(sorted, 50), percentile(sorted, 99));
    }

    private static long[] numbers(List<Long> list) {
        return list.stream().mapToLong(Long::longValue).toArray();
    }

    private void streams(int clients, int seconds, String agent) throws Exception {
        List<String> tokens = people(50);
        LongAdder events = new LongAdder();
        LongAdder words = new LongAdder();
        LongAdder whole = new LongAdder();
        List<Long> firsts = java.util.Collections.synchronizedList(new ArrayList<>());
        AtomicLong firstAt = new AtomicLong(Long.MAX_VALUE);
        AtomicLong lastAt = new AtomicLong();
        long start = System.nanoTime();
        atOnce(clients, client -> {
            Thread.sleep(Duration.ofNanos(client * (seconds * 1_000_000_000L / clients)));
            try (Http1 connection = new Http1(tokens.get(client % tokens.size()))) {
                long began = System.nanoTime();
                boolean[] seen = new boolean[1];
                connection.stream(chat("hello", agent, ""), line -> {
                    if (line.startsWith("event:")) {
                        if (!seen[0]) {
                            firsts.add(System.nanoTime() - began);
                            seen[0] = true;
                        }
                        events.increment();
                        if (line.contains("turn.succeeded")) {
                            whole.increment();
                        }
                    } else if (line.contains("\"delta\"")) {
                        long now = System.nanoTime();
                        firstAt.accumulateAndGet(now, Math::min);
                        lastAt.accumulateAndGet(now, Math::max);
                        words.add(line.split("word", -1).length - 1);
                    }
                });
            }
            return new long[0];
        });
        double speaking = (lastAt.get() - firstAt.get()) / 1e9;
        long[] sorted = sorted(firsts.stream().mapToLong(Long::longValue).toArray());
        System.out.printf("streams: clients=%d whole=%d events=%d words=%d seconds=%.1f events_per_s=%.0f words_per_s=%.0f words_an_event=%.2f first_event_p50_ms=%.1f first_event_p99_ms=%.1f total_s=%.1f%n",
                clients, whole.sum(), events.sum(), words.sum(), speaking, events.sum() / speaking, words.sum() / speaking,
                words.sum() / (double) Math.max(1, events.sum() - 2 * clients), percentile(sorted, 50), percentile(sorted, 99), (System.nanoTime() - start) / 1e9);
    }

    private void single(int turns, String agent) throws Exception {
        String token = people(1).getFirst();
        long[] latencies = new long[turns];
        try (Http1 connection = new Http1(token)) {
            String conversation = "";
            for (int i = -turns; i < turns; i++) {
                long began = System.nanoTime();
                Answer answer = connection.post("/api/chat", chat("hello", agent, conversation));
                conversation = first(CONVERSATION, answer.body()).orElseThrow();
                if (i >= 0) {
                    latencies[i] = System.nanoTime() - began;
                }
            }
        }
        System.out.printf("single: turns=%d p50_ms=%.2f p99_ms=%.2f%n", turns, percentile(sorted(latencies), 50), percentile(sorted(latencies), 99));
    }

    private static long look(Http1 onlooker) throws IOException {
        long began = System.nanoTime();
        Answer answer = onlooker.get("/api/dashboard/stats");
        if (answer.status() != 200) {
            throw new IOException("The dashboard answered " + answer);
        }
        return System.nanoTime() - began;
    }

    private List<String> people(int count) throws Exception {
        List<String> tokens = new ArrayList<>();
        try (Http1 connection = new Http1("")) {
            for (int i = 0; i < count; i++) {
                String name = "load-" + run + "-" + i + "-" + System.nanoTime();
                connection.post("/api/auth/register", "{\"username\":\"%s\",\"email\":\"%s@example.org\",\"password\":\"correct horse\"}".formatted(name, name));
                Answer answer = connection.post("/api/auth/login", "{\"username\":\"%s\",\"password\":\"correct horse\"}".formatted(name));
                tokens.add(first(TOKEN, answer.body()).orElseThrow(() -> new IOException(answer.toString())));
            }
        }
        return tokens;
    }

    private static String chat(String message, String agent, String conversation) {
        String on = conversation.isEmpty() ? "" : ",\"conversation_id\":\"" + conversation + "\"";
        return "{\"message\":\"%s\",\"agent_type\":\"%s\"%s}".formatted(message, agent, on);
    }

    private static java.util.Optional<String> first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? java.util.Optional.of(matcher.group(1)) : java.util.Optional.empty();
    }

    private interface Client {
        long[] run(int number) throws Exception;
    }

    private static List<long[]> atOnce(int clients, Client client) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<long[]>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int number = i;
                running.add(threads.submit(() -> client.run(number)));
            }
            List<long[]> results = new ArrayList<>();
            for (Future<long[]> future : running) {
                results.add(future.get());
            }
            return results;
        }
    }

    private static long[] sorted(List<long[]> parts) {
        return sorted(parts.stream().flatMapToLong(Arrays::stream).toArray());
    }

    private static long[] sorted(long[] values) {
        long[] copy = values.clone();
        Arrays.sort(copy);
        return copy;
    }

    private static double percentile(long[] sorted, int percent) {
        return sorted.length == 0 ? Double.NaN : sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6;
    }

    private static int number(String text) {
        return Integer.parseInt(text);
    }

    private record Answer(int status, String body) {}

    private interface Connection extends AutoCloseable {

        Answer post(String path, String body) throws Exception;

        @Override
        void close() throws IOException;
    }

    /** Everybody's streams share a few connections. */
    private final class Http2 implements Connection {

        private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

        private final String token;

        Http2(String token) {
            this.token = token;
        }

        @Override
        public Answer post(String path, String body) throws Exception {
            HttpResponse<String> answer = CLIENT.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.version() != HttpClient.Version.HTTP_2) {
                throw new IOException("Not HTTP/2");
            }
            return new Answer(answer.statusCode(), answer.body());
        }

        @Override
        public void close() {}
    }

    /** HTTP/1.1, as little of it as is needed, so that the load costs less than what it measures. */
    private final class Http1 implements Connection {

        private final Socket socket = new Socket();
        private final InputStream in;
        private final String head;

        Http1(String token) throws IOException {
            head = " HTTP/1.1\r\nHost: localhost\r\n" + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n");
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress("127.0.0.1", port), 30_000);
            in = new BufferedInputStream(socket.getInputStream(), 4096);
        }

        Answer get(String path) throws IOException {
            return exchange("GET " + path + head + "\r\n");
        }

        @Override
        public Answer post(String path, String body) throws IOException {
            return exchange(posting(path, "", body));
        }

        private String posting(String path, String accept, String body) {
            return "POST " + path + head + accept + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        }

        /** Reads a stream line by line; the last chunk ends it. */
        Answer stream(String body, Consumer<String> hear) throws IOException {
            socket.getOutputStream().write(posting("/api/chat", "Accept: text/event-stream\r\n", body).getBytes(StandardCharsets.US_ASCII));
            String statusLine = line();
            for (String header = line(); !header.isEmpty(); header = line()) {}
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                new String(in.readNBytes(size), StandardCharsets.UTF_8).lines().forEach(hear);
                line();
            }
            return new Answer(Integer.parseInt(statusLine.substring(9, 12)), "");
        }

        private Answer exchange(String request) throws IOException {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String statusLine = line();
            int length = 0;
            for (String header = line(); !header.isEmpty(); header = line()) {
                if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(header.substring(15).strip());
                }
            }
            return new Answer(Integer.parseInt(statusLine.substring(9, 12)), new String(in.readNBytes(length), StandardCharsets.UTF_8));
        }

        private String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream(64);
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new IOException("The connection was closed");
                }
                if (next != '\r') {
                    line.write(next);
                }
            }
            return line.toString(StandardCharsets.US_ASCII);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
