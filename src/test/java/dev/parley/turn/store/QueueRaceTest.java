package dev.parley.turn.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.conversation.ConversationId;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.jobs.PausedJobs;
import dev.parley.testing.Auditor;
import dev.parley.testing.Database;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import dev.parley.testing.Priced;
import dev.parley.testing.Wait;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnNotQueued;
import dev.parley.turn.engine.TurnEngine;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A queued turn is changed while it starts: either the change or the start comes first. */
@ParleyTest
@TestProfile(Priced.class)
class QueueRaceTest {

    private static final int ROUNDS = 150;

    @Inject TurnEngine engine;
    @Inject TurnStore store;
    @Inject RetryingTurnStore queue;
    @Inject TurnQueue transactions;

    private final Database database = Postgres.database();
    private Person person = new Person("", new UUID(0, 0), "");
    private String conversation = "";

    @BeforeEach
    void begin() {
        person = Person.registered();
        conversation = person.says("hello", "echo").text("conversation_id");
    }

    @Test
    void turnThatIsRemovedWhileItStartsRunsOrIsGivenBack() {
        int removals = 0;
        try (PausedJobs _ = PausedJobs.pause()) {
            for (int round = 0; round < ROUNDS; round++) {
                String turn = queued("go");
                boolean isRemoved =
                        changedWhileItStarts(
                                round,
                                () -> queue.removeQueued(user(), conversationId(), id(turn)));
                Wait.until(() -> hasEnded(turn));

                removals += isRemoved ? 1 : 0;
                assertThat(List.of(ending(turn), queries(turn), replies(turn), messages(turn)))
                        .as("round %d", round)
                        .isEqualTo(
                                isRemoved
                                        ? List.of("cancelled turn_removed", 0L, 0L, 0L)
                                        : List.of("succeeded", 1L, 1L, 1L));
            }
        }

        assertThat(database.usedBy(person)).isEqualTo(1 + ROUNDS - removals);
        assertThat(removals).isBetween(1, ROUNDS - 1);
        assertThat(Auditor.findingsAbout(person)).isEmpty();
    }

    @Test
    void turnThatIsEditedWhileItStartsRunsAsSentOrAsEdited() {
        int edits = 0;
        try (PausedJobs _ = PausedJobs.pause()) {
            for (int round = 0; round < ROUNDS; round++) {
                String turn = queued("as sent");
                boolean isEdited =
                        changedWhileItStarts(
                                round,
                                () ->
                                        queue.editQueued(
                                                user(), conversationId(), id(turn), "as edited"));
                Wait.until(() -> hasEnded(turn));

                edits += isEdited ? 1 : 0;
                assertThat(
                                database.texts(
                                        "select content from messages where turn_id = ?::uuid",
                                        turn))
                        .as("round %d", round)
                        .hasSize(2)
                        .containsOnly(isEdited ? "as edited" : "as sent");
            }
        }

        assertThat(edits).isBetween(1, ROUNDS - 1);
        assertThat(Auditor.findingsAbout(person)).isEmpty();
    }

    /** Nobody knows yet whether the first attempt was committed, and the turn has started since. */
    @Test
    void editIsKnownAgainOnceTheTurnHasStarted() {
        try (PausedJobs _ = PausedJobs.pause()) {
            String turn = queued("as sent");
            queue.editQueued(user(), conversationId(), id(turn), "as edited");
            assertThat(store.startNext(conversationId())).isPresent();

            assertThat(
                            transactions
                                    .editAgain(user(), conversationId(), id(turn), "as edited")
                                    .message())
                    .isEqualTo("as edited");
            assertThatThrownBy(() ->
                            transactions.editAgain(user(), conversationId(), id(turn), "otherwise"))
                    .isInstanceOf(TurnNotQueued.class);
            database.change("update turns set status = 'queued' where id = ?::uuid", turn);
            queue.removeQueued(user(), conversationId(), id(turn));
        }
    }

    /** Starts the turn and changes it at the same time; the rounds differ in who is ahead. */
    private boolean changedWhileItStarts(int round, Runnable change) {
        CyclicBarrier start = new CyclicBarrier(2);
        List<Boolean> results =
                Person.atOnce(
                        List.of(
                                () -> {
                                    start.await();
                                    spin(round % 3 == 0 ? 3_000_000 : 0);
                                    engine.startNextQueued(conversationId());
                                    return false;
                                },
                                () -> {
                                    start.await();
                                    spin(round % 3 == 1 ? 3_000_000 : 0);
                                    try {
                                        change.run();
                                        return true;
                                    } catch (TurnNotQueued refused) {
                                        return false;
                                    }
                                }));
        return results.getLast();
    }

    private static void spin(long nanos) {
        long until = System.nanoTime() + nanos;
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }

    /** A turn that was charged one query, as if its process had died before it started. */
    private String queued(String message) {
        String turn = database.enqueueTurn(person, conversation, "echo", message);
        database.change(
                """
                with counted as (update quotas set used = used + 1 where user_id = ? returning user_id, month)
                insert into charges (user_id, month, turn_id, charged_at, queries)
                select user_id, month, ?::uuid, now(), 1 from counted
                """,
                person.id(),
                turn);
        return turn;
    }

    private UserId user() {
        return new UserId(person.id());
    }

    private ConversationId conversationId() {
        return new ConversationId(UUID.fromString(conversation));
    }

    private static TurnId id(String turn) {
        return new TurnId(UUID.fromString(turn));
    }

    private boolean hasEnded(String turn) {
        return !List.of("queued", "running").contains(database.statusOf(turn));
    }

    private String ending(String turn) {
        return database.texts(
                        "select concat_ws(' ', status, error_code) from turns where id = ?::uuid",
                        turn)
                .getFirst();
    }

    private long queries(String turn) {
        return database.count("select queries from charges where turn_id = ?::uuid", turn);
    }

    private long replies(String turn) {
        return messages(turn, "assistant");
    }

    private long messages(String turn) {
        return messages(turn, "user");
    }

    private long messages(String turn, String role) {
        return database.count(
                "select count(*) from messages where turn_id = ?::uuid and role = ?", turn, role);
    }
}
