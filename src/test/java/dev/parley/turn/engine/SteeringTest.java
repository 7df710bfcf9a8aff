package dev.parley.turn.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.conversation.ConversationId;
import dev.parley.platform.identity.UserId;
import dev.parley.testing.Database;
import dev.parley.testing.Events;
import dev.parley.testing.ModelStub;
import dev.parley.testing.ModelStub.Call;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.SocketClient;
import dev.parley.testing.Wait;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.WhenBusy;
import dev.parley.turn.recovery.ResumeTest;
import dev.parley.turn.store.RetryingTurnStore;
import dev.parley.turn.store.SteeringMessage;
import dev.parley.turn.store.TurnStore.TurnContext;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that are sent while an agent works join its turn before the next round. */
@ParleyTest
@TestProfile(ResumeTest.Resuming.class)
class SteeringTest {

    private static final Call FIRST_ROUND = new Call("add milk", false);
    private static final Call AFTER_TOOL = new Call("add milk", true);

    @Inject TurnLimiter limiter;
    @Inject RetryingTurnStore store;
    @Inject RunningTurnRegistry runningTurns;

    private final Database database = Postgres.database();
    private Person person = new Person("", new UUID(0, 0), "");

    @BeforeEach
    void begin() {
        ModelStub.forget();
        person = Person.registered();
    }

    @AfterEach
    void endAll() {
        ModelStub.hold();
        Wait.until(() -> limiter.count() == 0);
    }

    @Test
    void joinsRunningTurnBeforeItsNextRound() {
        String turn = begun(FIRST_ROUND);
        String conversation = conversationOf(turn);

        String steering = steers("and then greet me", conversation);
        assertThat(turn(steering).text("status")).isEqualTo("queued");
        ModelStub.hold();

        assertThat(ended(turn).reply()).isEqualTo("and then greet me");
        ApiResponse steered = turn(steering);
        assertThat(steered.text("status")).isEqualTo("steered");
        assertThat(steered.text("answered_by")).isEqualTo(turn);
        assertThat(steered.json().has("reply")).isFalse();
        assertThat(roles(ModelStub.requests().getLast()))
                .containsExactly(
                        "system", "user: add milk", "assistant", "tool", "user: and then greet me");
        assertThat(messages(conversation))
                .containsExactly(
                        "user: add milk",
                        "user: and then greet me",
                        "assistant: and then greet me");
        assertThat(database.usedBy(person)).isEqualTo(2);
        assertThat(
                        database.texts(
                                "select distinct status from turns where user_id = '"
                                        + person.id()
                                        + "' order by 1"))
                .containsExactly("steered", "succeeded");
    }

    /** The exchange of the answering turn is whole in what the next turn gets. */
    @Test
    void standsBeforeTheReplyInTheHistoryOfLaterTurns() {
        String turn = begun(FIRST_ROUND);
        String conversation = conversationOf(turn);
        steers("greet me", conversation);
        ModelStub.hold();
        ended(turn);

        person.says("and now?", "assistant", conversation);

        assertThat(roles(ModelStub.requests().getLast()))
                .containsExactly(
                        "system",
                        "user: add milk",
                        "user: greet me",
                        "assistant: greet me",
                        "user: and now?");
    }

    /** The queued turn was opened before the message, so its own position does not tell. */
    @Test
    void standsBeforeTheReplyInTheHistoryOfQueuedTurn() {
        String turn = begun(FIRST_ROUND);
        String conversation = conversationOf(turn);
        String queued = sends("and now?", conversation, "enqueue");
        steers("greet me", conversation);

        ModelStub.hold();

        assertThat(ended(queued).text("status")).isEqualTo("succeeded");
        assertThat(roles(ModelStub.requests().getLast()))
                .containsExactly(
                        "system",
                        "user: add milk",
                        "user: greet me",
                        "assistant: greet me",
                        "user: and now?");
    }

    /** What the message was charged for is what answers it. */
    @Test
    void isTurnOfItsOwnForAnotherAgent() {
        String turn = begun(FIRST_ROUND);

        String steering = sends("greet me", conversationOf(turn), "steer", "echo");
        ModelStub.hold();

        assertThat(ended(turn).reply()).startsWith("Tool said");
        assertThat(ended(steering).text("status")).isEqualTo("succeeded");
        assertThat(turn(steering).text("agent_type")).isEqualTo("echo");
    }

    /** The runner may not have learned of the cancellation yet; the database knows. */
    @Test
    void isTurnOfItsOwnWhereTheTurnIsToBeCancelled() {
        String turn = begun(FIRST_ROUND);
        String steering = steers("greet me", conversationOf(turn));
        database.change("update turns set cancel_requested_at = now() where id = ?::uuid", turn);

        ModelStub.hold();

        ended(turn);
        assertThat(ended(steering).text("status")).isEqualTo("succeeded");
        assertThat(turn(steering).reply()).isEqualTo("greet me");
    }

    /** A crash has lost the rounds behind which the message joined. */
    @Test
    void joinsWhereTheExchangeIsNowIfItsRoundsAreLost() {
        String turn = begun(FIRST_ROUND);
        String steering = steers("greet me", conversationOf(turn));
        TurnContext context =
                runningTurns.find(new TurnId(UUID.fromString(turn))).orElseThrow().context();

        assertThat(store.join(context, 2)).extracting(SteeringMessage::rounds).containsExactly(2);
        store.join(context, 1);

        assertThat(store.join(context, 3)).extracting(SteeringMessage::rounds).containsExactly(1);
        assertThat(turn(steering).text("status")).isEqualTo("steered");
    }

    /** A lost runner message costs a round: the step of a tool looks as well. */
    @Test
    void joinsWhereNobodyWasToldOnceStepIsStored() {
        String turn = begun(FIRST_ROUND);
        TurnRequest request =
                new TurnRequest(
                        TurnId.next(),
                        new UserId(person.id()),
                        Optional.of(new ConversationId(UUID.fromString(conversationOf(turn)))),
                        Optional.empty(),
                        "greet me",
                        WhenBusy.STEER,
                        Optional.empty());

        store.open(request);
        ModelStub.hold();

        assertThat(ended(turn).reply()).isEqualTo("greet me");
        assertThat(turn(request.id().toString()).text("status")).isEqualTo("steered");
    }

    /** A refused call is no step of its own, so only the message to the runner helps. */
    @Test
    void joinsWhereNoStepIsStored() {
        Call refused = new Call(ModelStub.WRONG_TOOL, false);
        String turn = begun(refused);

        String steering = steers("greet me", conversationOf(turn));
        ModelStub.hold();

        assertThat(ended(turn).reply()).isEqualTo("greet me");
        assertThat(turn(steering).text("status")).isEqualTo("steered");
    }

    @Test
    void replaysRepeatedRequest() {
        String turn = begun(FIRST_ROUND);
        String conversation = conversationOf(turn);

        List<String> steering =
                Person.atOnce(
                        2,
                        () ->
                                person.posts(
                                                "/api/chat",
                                                body("greet me", conversation, "steer"),
                                                "Prefer",
                                                "respond-async",
                                                "Idempotency-Key",
                                                "steering")
                                        .text("turn_id"));
        ModelStub.hold();

        ended(turn);
        assertThat(steering.getFirst()).isEqualTo(steering.getLast());
        assertThat(messages(conversation)).hasSize(3);
        assertThat(database.usedBy(person)).isEqualTo(2);
    }

    @Test
    void isTurnOfItsOwnWhereTheTurnEndsFirst() {
        Call only = new Call("hello", false);
        String turn = begun(only);

        String steering = steers("greet me", conversationOf(turn));
        ModelStub.hold();

        assertThat(ended(turn).reply()).isEqualTo("hello");
        assertThat(ended(steering).reply()).isEqualTo("greet me");
        assertThat(turn(steering).text("status")).isEqualTo("succeeded");
    }

    @Test
    void runsAtOnceWhereNoTurnRuns() {
        String steering = steers("hello", "");

        assertThat(ended(steering).reply()).isEqualTo("hello");
    }

    @Test
    void tellsFollowersOfBothTurns() {
        String turn = begun(FIRST_ROUND);
        String steering = steers("greet me", conversationOf(turn));
        try (Events ofTurn = Events.following(person, turn, 0);
                Events ofSteering = Events.following(person, steering, 0)) {
            ModelStub.hold();

            assertThat(ofSteering.rest().getLast())
                    .satisfies(last -> {
                        assertThat(last.name()).isEqualTo("turn.steered");
                        assertThat(last.text("answered_by")).isEqualTo(turn);
                    });
            assertThat(ofTurn.rest())
                    .filteredOn(event -> event.name().equals("message.joined"))
                    .singleElement()
                    .satisfies(joined ->
                            assertThat(joined.text("joined_turn_id")).isEqualTo(steering));
        }
    }

    @Test
    void joinsOverWebSocket() {
        String turn = begun(FIRST_ROUND);
        try (SocketClient socket = SocketClient.open(person)) {
            socket.say(
                    new JsonObject(body("greet me", conversationOf(turn), "steer"))
                            .put("type", "chat")
                            .put("ref", "s")
                            .encode());
            assertThat(socket.next("s").path("status").asText()).isEqualTo("queued");
            ModelStub.hold();

            assertThat(socket.until("s", "turn.steered").getLast().path("answered_by").asText())
                    .isEqualTo(turn);
            socket.say("{\"type\":\"follow\",\"ref\":\"f\",\"turn_id\":\"%s\"}".formatted(turn));
            assertThat(socket.until("f", "turn.succeeded").getLast().at("/reply/content").asText())
                    .isEqualTo("greet me");
        }
    }

    @Test
    void answersCallerWhoWaitsWithTheTurnToFollow() {
        String turn = begun(FIRST_ROUND, AFTER_TOOL);
        Thread.ofVirtual()
                .start(() -> {
                    Wait.until(() ->
                            database.count(
                                            "select count(*) from turns where steers and user_id ="
                                                    + " ?",
                                            person.id())
                                    == 1);
                    ModelStub.hold();
                });

        ApiResponse answer =
                person.posts("/api/chat", body("greet me", conversationOf(turn), "steer"));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.text("status")).isEqualTo("steered");
        assertThat(answer.header("Location")).isEqualTo("/api/turns/" + turn);
    }

    @Test
    void keepsJoinedMessageAtItsPlaceAfterCrash() {
        Call answer = new Call("add tea", true);
        String turn = begun(FIRST_ROUND, answer);
        steers("add tea", conversationOf(turn));
        ModelStub.hold(answer);
        Wait.until(() -> ModelStub.held() == 1);
        List<String> before = roles(ModelStub.requests().getLast());

        database.assignTurn(turn, UUID.randomUUID());

        Wait.until(() -> ModelStub.calls(answer) == 2);
        assertThat(roles(ModelStub.requests().getLast()))
                .isEqualTo(before)
                .containsExactly(
                        "system",
                        "user: add milk",
                        "assistant",
                        "tool",
                        "user: add tea",
                        "assistant",
                        "tool");
        ModelStub.hold();
        assertThat(ended(turn).reply()).contains("tea");
        assertThat(person.gets("/api/tasks").json().path("data")).hasSize(2);
        assertThat(messages(conversationOf(turn))).hasSize(3);
    }

    /** Begins a turn, which waits for its model's answer to the first of these calls. */
    private String begun(Call... held) {
        ModelStub.hold(held);
        String turn = sends(held[0].message(), "", "reject");
        Wait.until(() -> ModelStub.held() == 1);
        return turn;
    }

    private String steers(String message, String conversation) {
        return sends(message, conversation, "steer");
    }

    private String sends(String message, String conversation, String whenBusy) {
        return sends(message, conversation, whenBusy, "assistant");
    }

    private String sends(String message, String conversation, String whenBusy, String agent) {
        ApiResponse answer =
                person.posts(
                        "/api/chat",
                        body(message, conversation, whenBusy, agent),
                        "Prefer",
                        "respond-async");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
        return answer.text("turn_id");
    }

    private static String body(String message, String conversation, String whenBusy) {
        return body(message, conversation, whenBusy, "assistant");
    }

    private static String body(String message, String conversation, String whenBusy, String agent) {
        JsonObject body =
                new JsonObject()
                        .put("message", message)
                        .put("agent_type", agent)
                        .put("when_busy", whenBusy);
        return (conversation.isEmpty() ? body : body.put("conversation_id", conversation)).encode();
    }

    private ApiResponse turn(String id) {
        return person.gets("/api/turns/" + id);
    }

    private ApiResponse ended(String id) {
        Wait.until(() -> turn(id).json().hasNonNull("ended_at"));
        return turn(id);
    }

    private String conversationOf(String turn) {
        return turn(turn).text("conversation_id");
    }

    private List<String> messages(String conversation) {
        return StreamSupport.stream(
                        person.gets("/api/conversations/" + conversation + "/messages")
                                .json()
                                .path("data")
                                .spliterator(),
                        false)
                .map(message ->
                        message.path("role").asText() + ": " + message.path("content").asText())
                .toList();
    }

    /** The roles of a request's messages, with the texts where there are any. */
    private static List<String> roles(JsonObject request) {
        return request.getJsonArray("messages").stream()
                .map(JsonObject.class::cast)
                .map(message -> {
                    String role = message.getString("role");
                    String content = message.getString("content", "");
                    return role.equals("system") || role.equals("tool") || content.isEmpty()
                            ? role
                            : role + ": " + content;
                })
                .toList();
    }
}
