package dev.parley.quota;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.jobs.Deadline;
import dev.parley.quota.ReconciliationJob.Amounts;
import dev.parley.quota.ReconciliationJob.Difference;
import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.Priced;
import dev.parley.testing.Settings;
import dev.parley.testing.Wait;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The counters and the ledger say the same, and where somebody wrote past Parley, it is found. */
@ParleyTest
@TestProfile(Priced.class)
@ExpectedErrors("The job .+ failed") // The database is made to fail
class ReconciliationTest {

    private static final int USERS = 40;
    private static final int TURNS_OF_A_USER = 50;
    private static final long SEED = Long.getLong("parley.reconciliation.seed", 20_261_121L);

    private final YearMonth thisMonth = YearMonth.now(ZoneOffset.UTC);

    @Inject MeterRegistry meters;
    @Inject QuotaConfig config;
    @Inject ReconciliationJob reconciliation;
    @Inject ReconciliationRepository reckoning;
    @Inject QuotaService quota;
    @Inject ChargePurgeJob chargePurgeJob;

    /** Other tests plant what they need. */
    @BeforeEach
    void clean() {
        reconciled();
    }

    @AfterEach
    void behave() {
        Postgres.proxy().behave();
    }

    @Test
    void findsPlantedDifferencesAndRepairsThem() {
        Person tooMuch = charged();
        Person tooLittle = charged();
        Person uncounted = charged();
        Postgres.database()
                .change("update quotas set used = used + 3 where user_id = ?", tooMuch.id());
        Postgres.database()
                .change("update quotas set used = used - 1 where user_id = ?", tooLittle.id());
        Postgres.database().change("delete from quotas where user_id = ?", uncounted.id());
        double before = differences();

        JsonNode report = reconciled();

        assertThat(report.path("is_complete").asBoolean()).isTrue();
        assertThat(report.path("found").asInt()).isEqualTo(3);
        assertThat(of(tooMuch, report).path("counted").asInt()).isEqualTo(5);
        assertThat(of(tooMuch, report).path("written").asInt()).isEqualTo(2);
        assertThat(of(tooMuch, report).path("repaired").asBoolean()).isTrue();
        for (Person person : List.of(tooMuch, tooLittle, uncounted)) {
            assertThat(Postgres.database().usedBy(person)).isEqualTo(2);
        }
        assertThat(differences() - before).isEqualTo(3);
        assertThat(reconciled().path("found").asInt()).isZero();
    }

    @Test
    void comparesCounterWithQueriesOfLedgerNotWithItsRows() {
        Person person = Person.registered();
        person.says("hello", "counting");
        person.says("Hello", "offline");

        assertThat(reconciled().path("found").asInt()).isZero();
        assertThat(Postgres.database().usedBy(person)).isEqualTo(3);

        Postgres.database().setUsed(person, thisMonth, 2);
        assertThat(of(person, reconciled()).path("written").asInt()).isEqualTo(3);
        assertThat(Postgres.database().usedBy(person)).isEqualTo(3);
    }

    @Test
    void repairsCounterOfLastMonthToo() {
        Person person = Person.registered();
        YearMonth last = thisMonth.minusMonths(1);
        Postgres.database().addCharges(person, last, 2);
        Postgres.database().setUsed(person, last, 7);

        JsonNode report = reconciled();

        assertThat(of(person, report).path("month").asText()).isEqualTo(last.toString());
        assertThat(Postgres.database().usedBy(person, last)).isEqualTo(2);
    }

    /** What is older than last month may have lost its ledger. */
    @Test
    void leavesCounterOfMonthWhoseLedgerMayBeGone() {
        Person person = Person.registered();
        YearMonth old = thisMonth.minusMonths(2);
        Postgres.database().setUsed(person, old, 7);

        assertThat(reconciled().path("found").asInt()).isZero();

        assertThat(Postgres.database().usedBy(person, old)).isEqualTo(7);
    }

    @Test
    void keepsLedgerForMonthsOfConfigurationAndCountersForEver() {
        Person person = Person.registered();
        YearMonth oldestKept = thisMonth.minusMonths(config.retentionMonths() - 1);
        for (YearMonth month :
                List.of(thisMonth, oldestKept, oldestKept.minusMonths(1), YearMonth.of(2020, 1))) {
            Postgres.database().addCharges(person, month, 3);
            Postgres.database().setUsed(person, month, 3);
        }

        chargePurgeJob.run(Deadline.in(Duration.ofMinutes(1)));

        assertThat(Postgres.database().chargesOf(person, thisMonth)).isEqualTo(3);
        assertThat(Postgres.database().chargesOf(person, oldestKept)).isEqualTo(3);
        assertThat(Postgres.database().chargesOf(person, oldestKept.minusMonths(1))).isZero();
        assertThat(Postgres.database().chargesOf(person, YearMonth.of(2020, 1))).isZero();
        assertThat(reconciled().path("found").asInt()).isZero();
        assertThat(Postgres.database().usedBy(person)).isEqualTo(12);
    }

    @Test
    void isLeftToOneReplicaOfAll() {
        assertThat(reconciliation.oncePerCluster()).isTrue();
        assertThat(chargePurgeJob.oncePerCluster()).isTrue();
    }

    @Test
    void tellsOfDifferenceAndLeavesItWhereItIsOnlyToReport() {
        Person person = charged();
        Postgres.database().setUsed(person, thisMonth, 7);
        ReconciliationJob reporting =
                new ReconciliationJob(reckoning, reporting(), new SimpleMeterRegistry());

        ReconciliationJob.Report report = reporting.reconcile(Deadline.in(Duration.ofMinutes(1)));

        assertThat(report.found()).isEqualTo(1);
        assertThat(report.differences())
                .containsExactly(
                        new Difference(
                                new UserId(person.id()),
                                new Month(thisMonth.atDay(1)),
                                new Amounts(7, 0, 0),
                                new Amounts(2, 0, 0),
                                false));
        assertThat(Postgres.database().usedBy(person)).isEqualTo(7);
    }

    /** A charge that is not committed yet holds its counter; whoever repairs looks behind it. */
    @Test
    void looksAgainBehindChargeThatIsBeingWritten() throws Exception {
        Person person = charged();
        Postgres.database().setUsed(person, thisMonth, 7);
        CompletableFuture<Optional<Difference>> settled;

        try (Connection charge = Postgres.database().source().getConnection();
                Statement statement = charge.createStatement()) {
            charge.setAutoCommit(false);
            statement.execute(
                    "update quotas set used = used + 1 where user_id = '%s'"
                            .formatted(person.id()));
            statement.execute(
                    "insert into charges select user_id, month, gen_random_uuid(), now() from"
                            + " quotas where user_id = '%s'".formatted(person.id()));
            settled =
                    CompletableFuture.supplyAsync(
                            () -> reckoning.correct(suspect(person), true),
                            task -> Thread.ofVirtual().start(task));
            Wait.until(() -> settled.isDone() || Postgres.database().waitingForLocks() == 1);
            charge.commit();
        }

        assertThat(settled.join())
                .hasValueSatisfying(difference -> {
                    assertThat(difference.counted().queries()).isEqualTo(8);
                    assertThat(difference.written().queries()).isEqualTo(3);
                });
        assertThat(Postgres.database().usedBy(person)).isEqualTo(3);
    }

    /** Counter and ledger are lowered in one transaction. */
    @Test
    void findsNoDifferenceWhileQueriesAreGivenBack() {
        Person person = charged();
        UUID turn = UUID.fromString(Postgres.database().turnIdsOf(person, "succeeded").getFirst());
        CompletableFuture<Optional<Difference>> settled =
                QuarkusTransaction.requiringNew()
                        .call(() -> {
                            quota.refund(new UserId(person.id()), turn, Instant.now());
                            CompletableFuture<Optional<Difference>> later =
                                    CompletableFuture.supplyAsync(
                                            () -> reckoning.correct(suspect(person), true),
                                            task -> Thread.ofVirtual().start(task));
                            Wait.until(() ->
                                    later.isDone() || Postgres.database().waitingForLocks() == 1);
                            return later;
                        });

        assertThat(settled.join()).isEmpty();
        assertThat(Postgres.database().usedBy(person)).isEqualTo(1);
        assertThat(reconciled().path("found").asInt()).isZero();
    }

    @Test
    void countsNoQueriesAsGivenBackBeforeTheCommit() {
        Person person = charged();
        UUID turn = UUID.fromString(Postgres.database().turnIdsOf(person, "succeeded").getFirst());
        double before = refunded();

        QuarkusTransaction.begin();
        quota.refund(new UserId(person.id()), turn, Instant.now());
        QuarkusTransaction.rollback();

        assertThat(refunded() - before).isZero();
        assertThat(Postgres.database().usedBy(person)).isEqualTo(2);
        QuarkusTransaction.requiringNew()
                .run(() -> quota.refund(new UserId(person.id()), turn, Instant.now()));
        assertThat(refunded() - before).isEqualTo(1);
    }

    /** Whoever repeats it finds nothing left to give back. */
    @Test
    void givesQueriesBackOnceHoweverOftenItIsAsked() {
        Person person = charged();
        UUID turn = UUID.fromString(Postgres.database().turnIdsOf(person, "succeeded").getFirst());

        Person.atOnce(
                5,
                () -> {
                    QuarkusTransaction.requiringNew()
                            .run(() -> quota.refund(new UserId(person.id()), turn, Instant.now()));
                    return true;
                });

        assertThat(Postgres.database().usedBy(person)).isEqualTo(1);
        assertThat(reconciled().path("found").asInt()).isZero();
    }

    private double refunded() {
        return meters.get("parley.quota.queries").tag("outcome", "refunded").counter().count();
    }

    @Test
    void goesOnInNextRunWhereTimeWasOver() {
        Person person = charged();
        Postgres.database().setUsed(person, thisMonth, 7);

        ReconciliationJob.Report report = reconciliation.reconcile(Deadline.in(Duration.ZERO));
        assertThat(report.isComplete()).isFalse();
        assertThat(Postgres.database().usedBy(person)).isEqualTo(7);

        reconciliation.run(Deadline.in(Duration.ofMinutes(1)));
        assertThat(Postgres.database().usedBy(person)).isEqualTo(2);
    }

    private ReconciliationRepository.Mismatch suspect(Person person) {
        return new ReconciliationRepository.Mismatch(new UserId(person.id()), thisMonth.atDay(1));
    }

    @ExpectedErrors({
        "agent broken failed unexpectedly",
        "Tool add_task failed",
        "The job .+ failed"
    })
    @Test
    void findsNoDifferenceAfterTwoThousandTurnsOfRandomFailures() {
        Random choices = new Random(SEED);
        List<Person> people =
                IntStream.range(0, USERS).mapToObj(number -> Person.registered()).toList();
        List<Callable<Integer>> turns = new ArrayList<>();
        for (Person person : people) {
            long seed = choices.nextLong();
            turns.add(() -> takeTurns(person, new Random(seed)));
        }
        AtomicBoolean over = new AtomicBoolean();
        int taken;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var breaking = threads.submit(() -> breakThings(over, new Random(SEED)));
            taken = Person.atOnce(turns).stream().mapToInt(Integer::intValue).sum();
            over.set(true);
            Wait.until(breaking::isDone);
        }
        Postgres.proxy().behave();
        Wait.until(() ->
                Postgres.database()
                                .count(
                                        "select count(*) from turns where status in ('queued',"
                                                + " 'running') and user_id = any (?::uuid[])",
                                        ids(people))
                        == 0);

        assertThat(taken).as("turns that were taken, seed %d", SEED).isGreaterThan(1_000);
        assertThat(reconciled().path("found").asInt()).as("seed %d", SEED).isZero();
        assertThat(
                        Postgres.database()
                                .texts(
                                        """
                                        select coalesce(turns.id, charges.turn_id) from turns full join charges on charges.turn_id = turns.id and charges.user_id = turns.user_id
                                        where coalesce(turns.user_id, charges.user_id) = any (?::uuid[]) and (turns.id is null or charges.turn_id is null)
                                        """,
                                        ids(people)))
                .as("turns without a charge, charges without a turn")
                .isEmpty();
        assertThat(
                        Postgres.database()
                                .texts(
                                        """
                                        select distinct agent_type || ' ' || queries from turns join charges on charges.turn_id = turns.id
                                        where turns.user_id = any (?::uuid[]) order by 1
                                        """,
                                        ids(people)))
                .containsExactly("broken 3", "echo 1", "offline 0", "unstorable 2", "wasteful 1");
        assertThat(
                        Postgres.database()
                                .texts(
                                        """
                                        select distinct sum(input_tokens) || ' and ' || sum(output_tokens) from token_charges
                                        where user_id = any (?::uuid[]) group by turn_id
                                        """,
                                        ids(people)))
                .as("tokens of each turn that used some")
                .containsExactly("3 and 5");
    }

    private static int takeTurns(Person person, Random choices) {
        int taken = 0;
        for (int i = 0; i < TURNS_OF_A_USER; i++) {
            ApiResponse answer =
                    switch (choices.nextInt(6)) {
                        case 0 -> person.says("hello", "broken");
                        case 1 -> person.says("hello", "unstorable");
                        case 2 -> person.says("Add a task: t", "offline");
                        case 3 ->
                                person.posts(
                                        "/api/chat",
                                        "{\"message\":\"again\",\"agent_type\":\"echo\"}",
                                        "Idempotency-Key",
                                        "k" + choices.nextInt(5));
                        case 4 -> person.says("hello", "wasteful");
                        default -> person.says("hello", "echo");
                    };
            taken += answer.status() == 200 || answer.status() == 500 ? 1 : 0;
        }
        return taken;
    }

    private static int breakThings(AtomicBoolean over, Random choices) throws Exception {
        int broken = 0;
        while (!over.get()) {
            if (choices.nextInt(3) == 0) {
                Postgres.database().cutSessions();
            } else {
                Postgres.proxy().loseAnswerToCommit(1 + choices.nextInt(4));
            }
            broken++;
            Thread.sleep(50 + choices.nextInt(200));
        }
        return broken;
    }

    private static String ids(List<Person> people) {
        return people.stream()
                .map(person -> person.id().toString())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static Person charged() {
        Person person = Person.registered();
        person.says("one", "echo");
        person.says("two", "echo");
        return person;
    }

    private static JsonNode reconciled() {
        return Person.admin().posts("/api/admin/quota/reconcile", "").json();
    }

    private static JsonNode of(Person person, JsonNode report) {
        return StreamSupport.stream(report.path("differences").spliterator(), false)
                .filter(node -> node.path("user_id").asText().equals(person.id().toString()))
                .findFirst()
                .orElseThrow();
    }

    private double differences() {
        return meters.get("parley.quota.differences").counter().count();
    }

    private static QuotaConfig reporting() {
        return Settings.of(QuotaConfig.class, "parley.quota.on-difference", "report");
    }
}
