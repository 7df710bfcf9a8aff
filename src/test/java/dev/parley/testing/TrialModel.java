package dev.parley.testing;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The model of {@code src/test/trial}: an OpenAI-compatible endpoint that follows a script. The
 * tools of a request tell which of the three agents asks: the supervisor can delegate, the planner
 * can add a task, and the translator has no tools.
 *
 * <p>{@link ModelStub} answers at once and needs the class path of the tests. This endpoint has the
 * pace of a model, and needs only the libraries of the packaged application.
 */
public final class TrialModel {

    private static final String REQUEST =
            "Remind me of dinner with Claire on Friday, and tell me how to invite her in French";

    private static final String INVITATION = "Chère Claire, veux-tu dîner avec moi vendredi ?";

    private static final Pattern WORD_ENDS = Pattern.compile("(?<= )");
    private static final int MILLIS_BEFORE_ANSWER = 500;
    private static final int MILLIS_BETWEEN_CHUNKS = 50;

    private final Vertx vertx = Vertx.vertx();

    private TrialModel() {}

    /** Runs a command with the endpoint in its environment, and ends with the command. */
    public static void main(String[] command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("PARLEY_MODEL_BASE_URL", new TrialModel().start());
        builder.environment().put("PARLEY_MODEL_NAME", "trial");
        builder.environment().put("PARLEY_MODEL_API_KEY", "none");
        Process process = builder.start();
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    process.destroy();
                                    process.onExit().join();
                                },
                                "stop"));
        System.exit(process.waitFor());
    }

    /** Returns the base URL. */
    private String start() {
        int port =
                vertx.createHttpServer()
                        .requestHandler(request ->
                                request.body()
                                        .onSuccess(body ->
                                                respond(
                                                        request.response(),
                                                        answer(body.toJsonObject()))))
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join()
                        .actualPort();
        return "http://127.0.0.1:%d/v1".formatted(port);
    }

    /** The chunks of the answer. */
    private static Stream<JsonObject> answer(JsonObject request) {
        String tools = request.getJsonArray("tools", new JsonArray()).encode();
        List<String> results = contents(request, "tool");
        if (tools.contains("\"delegate\"")) {
            return results.isEmpty()
                    ? delegate(contents(request, "user").getLast())
                    : text(
                            "%s To invite Claire, write: %s"
                                    .formatted(replyOf(results.get(0)), replyOf(results.get(1))));
        }
        if (tools.contains("\"add_task\"")) {
            return results.isEmpty() ? addTask() : text(report(new JsonObject(results.getLast())));
        }
        return text(INVITATION);
    }

    private static List<String> contents(JsonObject request, String role) {
        return request.getJsonArray("messages").stream()
                .map(JsonObject.class::cast)
                .filter(message -> role.equals(message.getString("role")))
                .map(message -> message.getString("content"))
                .toList();
    }

    private static Stream<JsonObject> delegate(String message) {
        return message.strip().startsWith(REQUEST)
                ? toolCalls(
                        "delegate",
                        new JsonObject()
                                .put("agent_type", "planner")
                                .put("task", "Add a task: dinner with Claire on Friday"),
                        new JsonObject()
                                .put("agent_type", "translator")
                                .put("task", "To French: Claire, will you dine with me on Friday?"))
                : text("I am a script, and understand one request only: %s.".formatted(REQUEST));
    }

    private static Stream<JsonObject> addTask() {
        return toolCalls(
                "add_task",
                new JsonObject()
                        .put("title", "Dinner with Claire on Friday")
                        .put("priority", "high"));
    }

    private static String replyOf(String delegation) {
        JsonObject result = new JsonObject(delegation);
        return result.getString("reply", result.getString("error"));
    }

    private static String report(JsonObject result) {
        return result.containsKey("title")
                ? "I have added \"%s\".".formatted(result.getString("title"))
                : "I have added nothing. %s".formatted(result.getString("error"));
    }

    private static Stream<JsonObject> text(String text) {
        return Stream.concat(
                WORD_ENDS
                        .splitAsStream(text)
                        .map(word -> choice(new JsonObject().put("content", word), null)),
                Stream.of(choice(new JsonObject(), "stop")));
    }

    private static Stream<JsonObject> toolCalls(String tool, JsonObject... arguments) {
        JsonArray calls = new JsonArray();
        IntStream.range(0, arguments.length)
                .mapToObj(index ->
                        new JsonObject()
                                .put("index", index)
                                .put("id", "call_" + index)
                                .put("type", "function")
                                .put(
                                        "function",
                                        new JsonObject()
                                                .put("name", tool)
                                                .put("arguments", arguments[index].encode())))
                .forEach(calls::add);
        return Stream.of(choice(new JsonObject().put("tool_calls", calls), "tool_calls"));
    }

    private static JsonObject choice(JsonObject delta, @Nullable String finishReason) {
        return new JsonObject()
                .put(
                        "choices",
                        new JsonArray()
                                .add(
                                        new JsonObject()
                                                .put("index", 0)
                                                .put("delta", delta)
                                                .put("finish_reason", finishReason)));
    }

    private void respond(HttpServerResponse response, Stream<JsonObject> chunks) {
        JsonObject usage = new JsonObject().put("prompt_tokens", 11).put("completion_tokens", 7);
        Iterator<JsonObject> rest =
                Stream.concat(
                                chunks,
                                Stream.of(
                                        new JsonObject()
                                                .put("choices", new JsonArray())
                                                .put("usage", usage)))
                        .iterator();
        response.setChunked(true).putHeader("Content-Type", "text/event-stream");
        vertx.setTimer(MILLIS_BEFORE_ANSWER, _ -> stream(response, rest));
    }

    private void stream(HttpServerResponse response, Iterator<JsonObject> chunks) {
        if (response.closed()) {
            return;
        }
        if (!chunks.hasNext()) {
            response.end("data: [DONE]\n\n");
            return;
        }
        response.write("data: %s\n\n".formatted(chunks.next().encode()));
        vertx.setTimer(MILLIS_BETWEEN_CHUNKS, _ -> stream(response, chunks));
    }
}
