package dev.parley.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAI-compatible endpoint on a real port. The user's message selects its behaviour: correct,
 * or one of the faults of real model endpoints.
 */
public final class ModelStub implements QuarkusTestResourceLifecycleManager {

    /** The messages that make the endpoint misbehave. */
    public static final String ERROR_500 = "answer 500";

    public static final String ERROR_400 = "answer 400";
    public static final String ERROR_429 = "answer 429";
    public static final String GARBAGE = "answer garbage";
    public static final String HTML = "answer html";
    public static final String NOTHING = "answer nothing";
    public static final String HALF = "answer half";
    public static final String HALF_ENDED_WELL = "answer half and end well";
    public static final String HANG_IN_THE_MIDDLE = "hang in the middle";
    public static final String KILL = "kill the connection";
    public static final String ERROR_IN_STREAM = "answer with an error in the stream";
    public static final String EMPTY = "answer emptily";
    public static final String UP_TO_LIMIT = "answer up to the token limit";
    public static final String FILTERED = "answer what the filter cuts";
    public static final String FILTERED_AT_ONCE = "answer nothing that passes the filter";
    public static final String ENDLESS_TOOLS = "use tools for ever";
    public static final String TALK_AND_TOOLS = "talk and use tools for ever";
    public static final String WRONG_TOOL = "use a tool that is not there";
    public static final String ENDLESS_CHARACTERS = "send single characters for ever";

    /** Stands in the title of a task to add; the endpoint puts the number of its calls there. */
    public static final String ASKED = "<calls>";

    /**
     * Begins a message by which a supervisor delegates: {@code delegate AGENT: TASK && AGENT:
     * TASK}, all in one round.
     */
    public static final String DELEGATE = "delegate ";

    /** The name that the endpoint gives to its model in answers, which no request contains. */
    public static final String RESPONSE_MODEL = "stub-1-2026-11-01";

    /** The id of every answer. */
    public static final String RESPONSE_ID = "chatcmpl-1";

    /** The summary that the endpoint writes of every conversation. */
    public static final String SUMMARY = "Ada calls the bank, and buys oat milk on Friday.";

    private static final String SUMMARY_INSTRUCTIONS = "You keep the memory of a conversation";

    /**
     * Names the counters, held calls and kept requests, which all suites of a run share. A suite
     * that counts or holds calls locks them; a suite that runs beside others and makes calls locks
     * them for reading.
     */
    public static final String COUNTERS = "dev.parley.testing.ModelStub";

    private static final int CHARACTERS_PER_WRITE = 20;
    private static final int MILLIS_BETWEEN_WRITES = 10;

    private static final Pattern THINK = Pattern.compile("think (\\d+)(.*)", Pattern.DOTALL);
    private static final Pattern COUNT = Pattern.compile("count to (\\d+) every (\\d+)");
    private static final Pattern ORDER = Pattern.compile("CALL (\\w+) (\\{[^}]*})");
    private static final Pattern WORD_ENDS = Pattern.compile("(?<= )");
    private static final String API_KEY = "sk-test-key-that-must-not-be-logged";

    private static final ConcurrentLinkedDeque<JsonObject> REQUESTS = new ConcurrentLinkedDeque<>();
    private static final ConcurrentLinkedDeque<String> TRACES = new ConcurrentLinkedDeque<>();
    private static final AtomicInteger CALLS = new AtomicInteger();
    private static final BlockingQueue<String> CLOSED = new LinkedBlockingQueue<>();
    private static final List<HeldAnswer> HELD = new CopyOnWriteArrayList<>();
    private static volatile boolean reportsUsage = true;
    private static volatile String summary = SUMMARY;
    private static volatile Predicate<Call> holding = call -> false;

    private final Vertx vertx;
    private final HttpServer server;

    public ModelStub() {
        vertx = Vertx.vertx();
        server = vertx.createHttpServer();
    }

    @Override
    public Map<String, String> start() {
        server.requestHandler(request -> request.body().onSuccess(body -> answer(request, body)));
        int port =
                server.listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join()
                        .actualPort();
        return Map.of(
                "parley.model.base-url",
                "http://127.0.0.1:" + port + "/v1",
                "parley.model.api-key",
                API_KEY,
                "parley.model.name",
                "stub-1");
    }

    /**
     * Starts the endpoint for an application in another process. Returns the settings as
     * environment variables.
     */
    public Map<String, String> environment() {
        return start().entrySet().stream()
                .collect(
                        Collectors.toMap(
                                setting ->
                                        setting.getKey()
                                                .replaceAll("[^A-Za-z0-9]", "_")
                                                .toUpperCase(Locale.ROOT),
                                Map.Entry::getValue));
    }

    @Override
    public void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** All requests since the last {@link #forget}. */
    public static List<JsonObject> requests() {
        return List.copyOf(REQUESTS);
    }

    /** The trace contexts (W3C {@code traceparent}) of the requests. */
    public static List<String> traces() {
        return List.copyOf(TRACES);
    }

    public static int calls() {
        return CALLS.get();
    }

    /** How many requests of this kind came since the last {@link #forget}. */
    public static int calls(Call call) {
        return (int) REQUESTS.stream().map(Call::of).filter(call::equals).count();
    }

    /**
     * Reads requests of these kinds and does not answer them before this method is called again for
     * others, so that a test stops an agent between two of its steps. Answers what was held for
     * other kinds.
     */
    public static synchronized void hold(Call... calls) {
        Set<Call> held = Set.of(calls);
        holding = held::contains;
        List<HeldAnswer> released =
                HELD.stream().filter(request -> !held.contains(request.call())).toList();
        HELD.removeAll(released);
        released.forEach(request -> request.answer().run());
    }

    /** How many requests wait for an answer because of {@link #hold}, with open connections. */
    public static int held() {
        return HELD.size();
    }

    /** Lets the endpoint report no tokens until {@link #forget}. */
    public static void reportNoUsage() {
        reportsUsage = false;
    }

    /** Answers requests for a summary as if they were this message. */
    public static void summarizeAs(String message) {
        summary = message;
    }

    /** The requests for a summary since the last {@link #forget}. */
    public static List<JsonObject> summaryRequests() {
        return REQUESTS.stream()
                .filter(request -> isForSummary(request.getJsonArray("messages")))
                .toList();
    }

    private static boolean isForSummary(JsonArray messages) {
        return messages.getJsonObject(0).getString("content").startsWith(SUMMARY_INSTRUCTIONS);
    }

    public static void forget() {
        hold();
        reportsUsage = true;
        summary = SUMMARY;
        REQUESTS.clear();
        TRACES.clear();
        CLOSED.clear();
        CALLS.set(0);
    }

    /**
     * Waits until the client closes the connection of the request with this message before the
     * response is complete; false after 10 seconds without a closed connection.
     */
    public static boolean sawConnectionClosed(String message) throws InterruptedException {
        for (String closed = CLOSED.poll(10, TimeUnit.SECONDS);
                closed != null;
                closed = CLOSED.poll(10, TimeUnit.SECONDS)) {
            if (closed.equals(message)) {
                return true;
            }
        }
        return false;
    }

    private void answer(HttpServerRequest http, Buffer body) {
        CALLS.incrementAndGet();
        HttpServerResponse response = http.response();
        if (!("Bearer " + API_KEY).equals(http.getHeader("Authorization"))) {
            response.setStatusCode(401).end();
            return;
        }
        JsonObject request = body.toJsonObject();
        REQUESTS.add(request);
        Optional.ofNullable(http.getHeader("traceparent")).ifPresent(TRACES::add);
        JsonArray messages = request.getJsonArray("messages");
        String userMessage = lastUserMessage(messages);
        response.closeHandler(ignored -> CLOSED.add(userMessage));
        Call call = Call.of(request);
        if (isHeld(call, http, messages)) {
            return;
        }
        respond(http, messages, userMessage);
    }

    private boolean isHeld(Call call, HttpServerRequest http, JsonArray messages) {
        synchronized (ModelStub.class) {
            if (!holding.test(call)) {
                return false;
            }
            HeldAnswer held =
                    new HeldAnswer(
                            call,
                            () ->
                                    vertx.runOnContext(
                                            ignored -> respond(http, messages, call.message())));
            HELD.add(held);
            http.response()
                    .closeHandler(ignored -> {
                        HELD.remove(held);
                        CLOSED.add(call.message());
                    });
            return true;
        }
    }

    private void respond(HttpServerRequest http, JsonArray messages, String userMessage) {
        HttpServerResponse response = http.response();
        if (response.closed()) {
            return;
        }
        switch (userMessage) {
            case ERROR_500 -> response.setStatusCode(500).end("{\"error\":\"out of luck\"}");
            case ERROR_400 -> response.setStatusCode(400).end();
            case ERROR_429 -> response.setStatusCode(429).putHeader("Retry-After", "7").end();
            case HTML -> response.putHeader("Content-Type", "text/html").end("<h1>It works</h1>");
            case NOTHING -> {} // never respond
            case KILL -> http.connection().close();
            default -> stream(response, messages, userMessage);
        }
    }

    private void stream(HttpServerResponse response, JsonArray messages, String userMessage) {
        response.setChunked(true).putHeader("Content-Type", "text/event-stream; charset=utf-8");
        switch (userMessage) {
            case GARBAGE -> response.end("data: <not json>\n\n");
            case EMPTY -> {
                write(response, finish("stop"));
                response.end("data: [DONE]\n\n");
            }
            case UP_TO_LIMIT -> {
                write(response, text("half of"));
                end(response, "length");
            }
            case FILTERED -> {
                write(response, text("half of"));
                end(response, "content_filter");
            }
            case FILTERED_AT_ONCE -> end(response, "content_filter");
            case HALF -> {
                write(response, text("half of what "));
                response.write("data: {\"choices\":[{\"del")
                        .onComplete(written -> vertx.setTimer(50, later -> response.reset()));
            }
            case HALF_ENDED_WELL -> {
                write(response, text("half of what "));
                response.end();
            }
            case HANG_IN_THE_MIDDLE -> write(response, text("hm"));
            case ERROR_IN_STREAM ->
                    response.end("data: {\"error\":{\"message\":\"out of luck\"}}\n\n");
            case ENDLESS_TOOLS -> callTool(response, "list_tasks", "{}");
            case TALK_AND_TOOLS -> {
                write(response, text("So far. "));
                callTool(response, "list_tasks", "{}");
            }
            case ENDLESS_CHARACTERS -> sendCharacters(response, characters());
            case WRONG_TOOL -> {
                if (isAfterTool(messages)) {
                    reply(response, "Tool said: " + lastContent(messages));
                } else {
                    callTool(response, "launch_rocket", "{}");
                }
            }
            default -> behave(response, messages, userMessage);
        }
    }

    /** Chunks of one character each, in one buffer: the endpoint must not be the bottleneck. */
    private static Buffer characters() {
        return Buffer.buffer(("data: " + text("a").encode() + "\n\n").repeat(CHARACTERS_PER_WRITE));
    }

    /** Sends 2,000 characters a second, or as many as the client reads. */
    private void sendCharacters(HttpServerResponse response, Buffer characters) {
        if (response.closed()) {
            return;
        }
        if (!response.writeQueueFull()) {
            response.write(characters);
        }
        vertx.setTimer(MILLIS_BETWEEN_WRITES, later -> sendCharacters(response, characters));
    }

    /** Streams the numbers up to {@code last}, with a pause in milliseconds between them. */
    private void count(HttpServerResponse response, int number, int last, int pause) {
        if (response.closed()) {
            return;
        }
        if (number > last) {
            end(response);
        } else {
            write(response, text(number + " "));
            vertx.setTimer(pause, later -> count(response, number + 1, last, pause));
        }
    }

    /**
     * Behaves correctly: waits, counts or calls a tool if the message asks for it, otherwise
     * repeats the message like the agent {@code echo}.
     */
    private void behave(HttpServerResponse response, JsonArray messages, String userMessage) {
        Matcher think = THINK.matcher(userMessage);
        Matcher count = COUNT.matcher(userMessage);
        if (think.matches()) {
            vertx.setTimer(
                    Math.max(1, Long.parseLong(think.group(1))),
                    later -> {
                        if (!response.closed()) {
                            behave(response, messages, think.group(2).strip());
                        }
                    });
        } else if (count.matches()) {
            count(
                    response,
                    1,
                    Integer.parseInt(count.group(1)),
                    Math.max(1, Integer.parseInt(count.group(2))));
        } else if (userMessage.startsWith("obey ")) {
            obey(response, messages, userMessage);
        } else if (isAfterTool(messages)) {
            reply(response, "Tool said: " + lastContents(messages));
        } else if (userMessage.startsWith(DELEGATE)) {
            callTools(
                    response,
                    "delegate",
                    Stream.of(userMessage.substring(DELEGATE.length()).split(" && "))
                            .map(delegation -> delegation.split(": ", 2))
                            .map(parts ->
                                    new JsonObject()
                                            .put("agent_type", parts[0])
                                            .put("task", parts[1])
                                            .encode())
                            .toList());
        } else if (userMessage.equals("list tasks")) {
            callTool(response, "list_tasks", "{}");
        } else if (userMessage.startsWith("add ")) {
            callTool(
                    response,
                    "add_task",
                    new JsonObject()
                            .put(
                                    "title",
                                    userMessage
                                            .substring(4)
                                            .replace(ASKED, Integer.toString(calls())))
                            .encode());
        } else {
            reply(response, userMessage.isEmpty() ? "At last." : userMessage);
        }
    }

    /** Splits each event in the middle, so that characters and lines are cut. */
    private static void reply(HttpServerResponse response, String reply) {
        for (String word : WORD_ENDS.splitAsStream(reply).toList()) {
            byte[] bytes =
                    ("data: " + text(word).encode() + "\n\n").getBytes(StandardCharsets.UTF_8);
            int cut = bytes.length / 2;
            response.write(Buffer.buffer(Arrays.copyOfRange(bytes, 0, cut)));
            response.write(Buffer.buffer(Arrays.copyOfRange(bytes, cut, bytes.length)));
        }
        end(response);
    }

    /**
     * A model that does what it reads: {@code obey TOOL ARGUMENTS} of the user, and {@code CALL
     * TOOL {...}} in the result of a tool.
     */
    private static void obey(HttpServerResponse response, JsonArray messages, String userMessage) {
        if (!isAfterTool(messages)) {
            String[] parts = userMessage.split(" ", 3);
            callTool(response, parts[1], parts[2]);
            return;
        }
        Matcher order = ORDER.matcher(lastContent(messages).replace("\\\"", "\""));
        if (order.find()) {
            callTool(response, order.group(1), order.group(2));
        } else {
            reply(response, "Tool said: " + lastContent(messages));
        }
    }

    private static void end(HttpServerResponse response) {
        end(response, "stop");
    }

    private static void end(HttpServerResponse response, String reason) {
        write(response, finish(reason));
        if (reportsUsage) {
            write(
                    response,
                    new JsonObject()
                            .put("choices", new JsonArray())
                            .put(
                                    "usage",
                                    new JsonObject()
                                            .put("prompt_tokens", 11)
                                            .put("completion_tokens", 7)));
        }
        response.end("data: [DONE]\n\n");
    }

    private static void callTool(HttpServerResponse response, String name, String arguments) {
        callTools(response, name, List.of(arguments));
    }

    /** Calls a tool once for each of the arguments, in one round. */
    private static void callTools(
            HttpServerResponse response, String name, List<String> arguments) {
        for (int index = 0; index < arguments.size(); index++) {
            String written = arguments.get(index);
            int cut = written.length() / 2;
            write(
                    response,
                    call(
                            index,
                            new JsonObject()
                                    .put("name", name)
                                    .put("arguments", written.substring(0, cut)),
                            "call_" + (index + 1)));
            write(
                    response,
                    call(index, new JsonObject().put("arguments", written.substring(cut)), null));
        }
        end(response, "tool_calls");
    }

    private static JsonObject call(int index, JsonObject function, @Nullable String id) {
        JsonObject part = new JsonObject().put("index", index).put("function", function);
        if (id != null) {
            part.put("id", id).put("type", "function");
        }
        return choice(
                new JsonObject()
                        .put(
                                "delta",
                                new JsonObject().put("tool_calls", new JsonArray().add(part))));
    }

    private static JsonObject text(String content) {
        return choice(new JsonObject().put("delta", new JsonObject().put("content", content)));
    }

    private static JsonObject finish(String reason) {
        return choice(new JsonObject().put("delta", new JsonObject()).put("finish_reason", reason));
    }

    private static JsonObject choice(JsonObject choice) {
        return new JsonObject()
                .put("id", RESPONSE_ID)
                .put("model", RESPONSE_MODEL)
                .put("object", "chat.completion.chunk")
                .put("choices", new JsonArray().add(choice.put("index", 0)));
    }

    private static void write(HttpServerResponse response, JsonObject chunk) {
        response.write("data: " + chunk.encode() + "\n\n");
    }

    private static String lastUserMessage(JsonArray messages) {
        if (isForSummary(messages)) {
            return summary;
        }
        for (int i = messages.size() - 1; i >= 0; i--) {
            JsonObject message = messages.getJsonObject(i);
            if ("user".equals(message.getString("role"))) {
                return message.getString("content");
            }
        }
        return "";
    }

    private static boolean isAfterTool(JsonArray messages) {
        return "tool".equals(messages.getJsonObject(messages.size() - 1).getString("role"));
    }

    private static String lastContent(JsonArray messages) {
        return messages.getJsonObject(messages.size() - 1).getString("content");
    }

    /** The results of the last round. */
    private static String lastContents(JsonArray messages) {
        List<String> contents = new ArrayList<>();
        for (int i = messages.size() - 1; i >= 0; i--) {
            JsonObject message = messages.getJsonObject(i);
            if (!"tool".equals(message.getString("role"))) {
                break;
            }
            contents.addFirst(message.getString("content"));
        }
        return String.join(" and ", contents);
    }

    /**
     * What tells requests apart.
     *
     * @param message the last message of the user, which is the task of a worker
     * @param isAfterTool whether the request brings the results of tools
     */
    public record Call(String message, boolean isAfterTool) {

        static Call of(JsonObject request) {
            JsonArray messages = request.getJsonArray("messages");
            return new Call(lastUserMessage(messages), ModelStub.isAfterTool(messages));
        }
    }

    private record HeldAnswer(Call call, Runnable answer) {}
}
