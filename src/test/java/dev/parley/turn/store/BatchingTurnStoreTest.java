package dev.parley.turn.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.agent.AgentType;
import dev.parley.agent.FinishReason;
import dev.parley.agent.Usage;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.platform.database.groupcommit.BatchOutcome;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.Database;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.SlowTurns;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnOutcome;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.WhenBusy;
import dev.parley.turn.engine.TurnEngine;
import dev.parley.turn.store.TurnStore.OpenResult;
import dev.parley.turn.store.TurnStore.TurnContext;
import dev.parley.turn.stream.Transcript;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Turns that are opened, or settled, in one transaction do not notice each other. */
@ParleyTest
@ExpectedErrors("The job .+ failed") // The database is made to fail
class BatchingTurnStoreTest {

    @Inject MeterRegistry meters;
    @Inject TurnEngine turnEngine;
    @Inject TestAgents.Gated gated;
    @Inject TurnOpener opener;
    @Inject TurnSettler settler;

    private final Database database = Postgres.database();

    @AfterEach
    void mend() {
        gated.open();
        Postgres.proxy().behave();
    }

    /** Who may write in a conversation is decided for each turn, not for the batch. */
    @Test
    void opensNoTurnOfStrangerBesideTheOwnersInOneBatch() {
        Person owner = Person.registered();
        Person stranger = Person.registered();
        String conversation = owner.says("hello", "echo").text("conversation_id");

        // Nobody runs these turns: the recovery job would end them
        try (PausedJobs _ = PausedJobs.pause()) {
            List<BatchOutcome<OpenResult>> outcomes =
                    opener.executeBatch(
                            List.of(request(stranger, conversation), request(owner, conversation)));
            outcomes.forEach(this::settleOpened);

            assertThat(outcomes.getFirst())
                    .isInstanceOfSatisfying(
                            BatchOutcome.Rejected.class,
                            rejected ->
                                    assertThat(rejected.reason())
                                            .isInstanceOf(ConversationNotFound.class));
            assertThat(database.turnsOf(stranger)).isZero();
            assertThat(database.turnsOf(owner, "succeeded")).isEqualTo(2);
        }
    }

    private void settleOpened(BatchOutcome<OpenResult> outcome) {
        if (outcome instanceof BatchOutcome.Completed<OpenResult>(TurnContext opened)) {
            settler.executeSingle(
                    SettleCommand.of(
                            opened,
                            new TurnOutcome.Succeeded(Usage.NONE, FinishReason.STOP),
                            new Transcript("hello", "[]"),
                            EndedExchange.NONE));
        }
    }

    private static TurnRequest request(Person person, String conversation) {
        return new TurnRequest(
                TurnId.next(),
                new UserId(person.id()),
                Optional.of(new ConversationId(UUID.fromString(conversation))),
                Optional.empty(),
                "hello",
                WhenBusy.REJECT,
                Optional.empty());
    }

    @Test
    void refusesTurnsInTheMiddleOfATransactionAndOpensTheirNeighbours() {
        Person poor = Person.registered();
        Person busy = Person.registered();
        Person repeating = Person.registered();
        Person lost = Person.registered();
        List<Person> lucky = people(5);
        database.leaveQueries(poor.id(), 0, 1_000);
        String taken = conversationInUse(busy);
        keyed(repeating, "hello", "key");

        List<ApiResponse> answers =
                together(
                        Stream.of(
                                        said(lucky.get(0)),
                                        said(poor),
                                        said(lucky.get(1)),
                                        (Supplier<ApiResponse>)
                                                () -> busy.says("again", "echo", taken),
                                        said(lucky.get(2)),
                                        () -> keyed(repeating, "something else", "key"),
                                        said(lucky.get(3)),
                                        () ->
                                                lost.says(
                                                        "hello",
                                                        "echo",
                                                        UUID.randomUUID().toString()),
                                        said(lucky.get(4)))
                                .toList());

        assertThat(answers)
                .extracting(answer -> answer.status() == 200 ? "ok" : answer.code())
                .containsExactly(
                        "ok",
                        "quota_exhausted",
                        "ok",
                        "conversation_busy",
                        "ok",
                        "idempotency_key_reused",
                        "ok",
                        "not_found",
                        "ok");
        assertThat(transactionsOf("user", lucky)).hasSize(1);
        assertThat(lucky).allSatisfy(person -> hasTurns(person, 1));
        hasTurns(poor, 0);
        hasTurns(lost, 0);
        hasTurns(repeating, 1);
        assertThat(database.usedBy(poor)).isEqualTo(1_000);
        assertThat(database.usedBy(busy)).isEqualTo(1);
        assertThat(
                        database.count(
                                "select message_count from conversations where id = ?",
                                UUID.fromString(taken)))
                .isEqualTo(1);
    }

    @Test
    void opensNeighboursOfTurnThatTheDatabaseRefuses() {
        Person poisoner = Person.registered();
        List<Person> neighbours = people(4);

        // The doors refuse such a text; whatever comes past them is refused by PostgreSQL
        List<Supplier<ApiResponse>> steps = new ArrayList<>();
        neighbours.forEach(person -> steps.add(said(person)));
        CompletableFuture<Throwable> poisoned = new CompletableFuture<>();
        List<ApiResponse> answers =
                together(
                        steps,
                        () ->
                                Thread.ofVirtual()
                                        .start(() -> {
                                            try {
                                                turnEngine.submit(message(poisoner, "a\0b"));
                                                poisoned.complete(null);
                                            } catch (RuntimeException failure) {
                                                poisoned.complete(failure);
                                            }
                                        }),
                        1);

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(poisoned.join()).hasStackTraceContaining("0x00");
        neighbours.forEach(person -> hasTurns(person, 1));
        hasTurns(poisoner, 0);
        assertThat(database.usedBy(poisoner)).isZero();
    }

    @Test
    void opensGatheredTurnsOnceWhereTheDatabaseDiesBeforeTheirCommit() {
        List<Person> people = people(12);

        List<ApiResponse> answers =
                together(
                        people.stream().map(BatchingTurnStoreTest::said).toList(),
                        () -> assertThat(database.cutSessions()).isPositive(),
                        0);

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(people).allSatisfy(person -> hasTurns(person, 1));
    }

    /** The next commit of all is that of the turns which have gathered. */
    @Test
    void opensGatheredTurnsOnceWhereTheAnswerToTheirCommitIsLost() {
        List<Person> people = people(12);
        gated.close();

        CompletableFuture<List<ApiResponse>> answers;
        try (PausedJobs _ = PausedJobs.pause()) { // Their commits would be counted
            answers =
                    CompletableFuture.supplyAsync(() ->
                            together(
                                    people.stream()
                                            .<Supplier<ApiResponse>>map(
                                                    person -> () -> person.says("hello", "gated"))
                                            .toList(),
                                    () -> Postgres.proxy().loseAnswerToCommit(2),
                                    0));
            Wait.until(() -> Postgres.proxy().lostAnswers() == 1);
        }
        Wait.until(() -> gated.waiting() == 12);
        gated.open();

        assertThat(answers.join()).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(people).allSatisfy(person -> hasTurns(person, 1));
    }

    @Test
    void settlesTurnsTogetherThatEndTogether() {
        List<Person> people = people(10);
        gated.close();
        CompletableFuture<List<ApiResponse>> answers =
                later(() ->
                        Person.atOnce(
                                people.stream()
                                        .<java.util.concurrent.Callable<ApiResponse>>map(
                                                person -> () -> person.says("hello", "gated"))
                                        .toList()));
        Wait.until(() -> gated.waiting() == 10);

        try (SlowTurns turns = SlowTurns.toSettle()) {
            gated.open();
            turns.atWork();
            Wait.until(() -> waiting("settling") == 10);
        }

        assertThat(answers.join()).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(transactionsOf("assistant", people)).hasSizeLessThanOrEqualTo(2);
        assertThat(people).allSatisfy(person -> hasTurns(person, 1));
    }

    @Test
    void opensTurnOfOneUserBeforeAnothersHundred() {
        Person busy = Person.registered();
        Person other = Person.registered();
        List<Supplier<ApiResponse>> steps = new ArrayList<>();
        IntStream.range(0, 100).forEach(number -> steps.add(said(busy)));

        List<ApiResponse> answers =
                together(
                        steps,
                        () -> Thread.ofVirtual().start(() -> other.says("hello", "echo")),
                        1);

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        Wait.until(() -> database.usedBy(other) == 1);
        assertThat(
                        database.count(
                                """
                                select count(*) from turns where user_id = ? and started_at <
                                    (select started_at from turns where user_id = ?)
                                """,
                                busy.id(),
                                other.id()))
                .isLessThanOrEqualTo(1);
    }

    /** Somebody else holds a conversation: who wants it waits, everybody else does not. */
    @Test
    void waitsForHeldConversationApartFromTheOthers() throws Exception {
        Person waiting = Person.registered();
        String conversation = waiting.says("first", "echo").text("conversation_id");
        List<Person> persons = people(3);
        CompletableFuture<ApiResponse> held;
        try (var connection = database.source().getConnection()) {
            connection.setAutoCommit(false);
            try (var hold =
                    connection.prepareStatement(
                            "select from conversations where id = ?::uuid for update")) {
                hold.setString(1, conversation);
                hold.execute();
            }
            held = later(() -> waiting.says("second", "echo", conversation));
            Wait.until(() ->
                    meters.get("parley.group.commit.retried.alone")
                                    .tag("kind", "opening")
                                    .counter()
                                    .count()
                            > 0);
            persons.forEach(
                    person -> assertThat(person.says("hello", "echo").status()).isEqualTo(200));
            assertThat(held).isNotDone();
            connection.rollback();
        }

        assertThat(held.join().status()).isEqualTo(200);
        hasTurns(waiting, 2);
    }

    /** As a replica does that froze in the middle of an opening. */
    @Test
    void opensTurnsOfOthersWhileAQuotaIsHeld() throws Exception {
        Person held = Person.registered();
        held.says("first", "echo");
        List<Person> persons = people(5);
        CompletableFuture<ApiResponse> waiting;
        try (var connection = database.source().getConnection()) {
            connection.setAutoCommit(false);
            try (var hold =
                    connection.prepareStatement(
                            "select from quotas where user_id = ? for update")) {
                hold.setObject(1, held.id());
                hold.execute();
            }
            List<Supplier<ApiResponse>> steps = new ArrayList<>();
            persons.forEach(person -> steps.add(said(person)));
            CompletableFuture<CompletableFuture<ApiResponse>> late = new CompletableFuture<>();

            List<ApiResponse> answers =
                    together(
                            steps,
                            () -> late.complete(later(() -> held.says("second", "echo"))),
                            1);

            assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
            assertThat(transactionsOf("user", persons)).hasSize(1);
            waiting = late.join();
            assertThat(waiting).isNotDone();
            connection.rollback();
        }

        assertThat(waiting.join().status()).isEqualTo(200);
        hasTurns(held, 2);
    }

    /** As an erasure does, for up to minutes. */
    @Test
    void opensTurnsOfOthersWhileAnAccountIsHeld() throws Exception {
        Person held = Person.registered();
        List<Person> persons = people(5);
        List<ApiResponse> answers;
        try (var connection = database.source().getConnection()) {
            connection.setAutoCommit(false);
            try (var hold =
                    connection.prepareStatement("select from accounts where id = ? for update")) {
                hold.setObject(1, held.id());
                hold.execute();
            }

            answers =
                    together(
                            Stream.concat(Stream.of(held), persons.stream())
                                    .map(BatchingTurnStoreTest::said)
                                    .toList());

            connection.rollback();
        }

        assertThat(answers.removeFirst())
                .satisfies(refused -> assertThat(refused.code()).isEqualTo("overloaded"))
                .satisfies(refused -> assertThat(refused.header("Retry-After")).isNotEmpty());
        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(transactionsOf("user", persons)).hasSize(1);
        hasTurns(held, 0);
        assertThat(held.says("hello", "echo").status()).isEqualTo(200);
    }

    @Test
    void opensTurnsOfOneUserTogether() {
        Person busy = Person.registered();

        List<ApiResponse> answers = together(Collections.nCopies(20, said(busy)));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(transactionsOf("user", List.of(busy))).hasSize(1);
        hasTurns(busy, 20);
        assertThat(database.usedBy(busy)).isEqualTo(20);
        assertThat(database.chargesOf(busy, YearMonth.now(ZoneOffset.UTC))).isEqualTo(20);
    }

    @Test
    void opensOfOneUserTogetherAsManyTurnsAsQueriesAreLeft() {
        Person busy = Person.registered();
        Person other = Person.registered();
        database.leaveQueries(busy.id(), 5, 1_000);

        List<Supplier<ApiResponse>> steps = new ArrayList<>(Collections.nCopies(20, said(busy)));
        steps.add(said(other));
        List<ApiResponse> answers = together(steps);

        assertThat(answers.removeLast().status()).isEqualTo(200);
        assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(5);
        assertThat(answers.stream().filter(answer -> answer.code().equals("quota_exhausted")))
                .hasSize(15);
        hasTurns(busy, 5);
        assertThat(database.conversationsOf(busy)).isEqualTo(5);
        assertThat(database.usedBy(busy)).isEqualTo(1_000);
        assertThat(database.chargesOf(busy, YearMonth.now(ZoneOffset.UTC))).isEqualTo(5);
        assertThat(database.notificationsOf(busy)).hasSize(1);
    }

    /** Two turns with one key, or of one conversation, are never opened together. */
    @Test
    void opensTurnsOfOneUserThatDependOnEachOtherOneAfterTheOther() {
        Person busy = Person.registered();
        String conversation = busy.says("first", "echo").text("conversation_id");
        Supplier<ApiResponse> queued =
                () ->
                        busy.posts(
                                "/api/chat",
                                """
                                {"message":"next","agent_type":"echo","conversation_id":"%s","when_busy":"enqueue"}
                                """
                                        .formatted(conversation));
        Supplier<ApiResponse> keyed = () -> keyed(busy, "hello", "key");

        List<ApiResponse> answers =
                together(Stream.of(queued, keyed, queued, keyed, queued, keyed).toList());

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(Stream.of(1, 3, 5).map(answers::get).map(answer -> answer.text("turn_id")))
                .containsOnly(answers.get(1).text("turn_id"));
        hasTurns(busy, 5);
        assertThat(database.usedBy(busy)).isEqualTo(5);
    }

    private List<ApiResponse> together(List<Supplier<ApiResponse>> steps) {
        return together(steps, () -> {}, 0);
    }

    /**
     * Has steps ready at the same moment: somebody else's opening is slow until all of them have
     * gathered behind it.
     *
     * @param then done when they have gathered
     * @param more how many steps that adds
     */
    private List<ApiResponse> together(List<Supplier<ApiResponse>> steps, Runnable then, int more) {
        Person first = Person.registered();
        List<CompletableFuture<ApiResponse>> answers = new ArrayList<>();
        CompletableFuture<ApiResponse> opened;
        try (SlowTurns turns = SlowTurns.toOpen()) {
            opened = later(() -> first.says("first", "echo"));
            turns.atWork();
            for (Supplier<ApiResponse> step : steps) {
                answers.add(later(step));
            }
            Wait.until(() -> waiting("opening") == 1 + steps.size());
            then.run();
            Wait.until(() -> waiting("opening") >= 1 + steps.size() + more);
        }
        assertThat(opened.join().status()).isEqualTo(200);
        return new ArrayList<>(answers.stream().map(CompletableFuture::join).toList());
    }

    private double waiting(String kind) {
        return meters.get("parley.group.commit.queued").tag("kind", kind).gauge().value();
    }

    private List<String> transactionsOf(String role, List<Person> people) {
        return people.stream()
                .flatMap(person ->
                        database
                                .texts(
                                        "select xmin from messages m where role = ? and turn_id in"
                                                + " (select id from turns where user_id = ?)",
                                        role,
                                        person.id())
                                .stream())
                .distinct()
                .toList();
    }

    private void hasTurns(Person person, int turns) {
        assertThat(database.turnsOf(person, "succeeded")).isEqualTo(turns);
        assertThat(database.turnsOf(person)).isEqualTo(turns);
        assertThat(
                        database.count(
                                "select coalesce(sum(message_count), 0) from conversations where"
                                        + " user_id = ?",
                                person.id()))
                .isEqualTo(turns * 2L)
                .isEqualTo(
                        database.count(
                                "select count(*) from messages where conversation_id in (select id"
                                        + " from conversations where user_id = ?)",
                                person.id()));
        assertThat(
                        database.count(
                                "select count(*) from conversations where user_id = ? and"
                                        + " message_count = 0",
                                person.id()))
                .isZero();
        assertThat(
                        database.count(
                                "select count(*) from idempotency_keys where user_id = ? and"
                                        + " turn_id not in (select id from turns)",
                                person.id()))
                .isZero();
    }

    private String conversationInUse(Person person) {
        gated.close();
        ApiResponse begun =
                person.posts(
                        "/api/chat",
                        "{\"message\":\"wait\",\"agent_type\":\"gated\"}",
                        "Prefer",
                        "respond-async");
        return begun.text("conversation_id");
    }

    private static TurnRequest message(Person person, String text) {
        return new TurnRequest(
                TurnId.next(),
                new UserId(person.id()),
                Optional.empty(),
                Optional.of(new AgentType("echo")),
                text,
                WhenBusy.REJECT,
                Optional.empty());
    }

    private static ApiResponse keyed(Person person, String message, String key) {
        return person.posts(
                "/api/chat",
                "{\"message\":\"%s\",\"agent_type\":\"echo\"}".formatted(message),
                "Idempotency-Key",
                key);
    }

    private static Supplier<ApiResponse> said(Person person) {
        return () -> person.says("hello", "echo");
    }

    private static List<Person> people(int count) {
        return IntStream.range(0, count).mapToObj(number -> Person.registered()).toList();
    }

    private static <T> CompletableFuture<T> later(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
    }
}
