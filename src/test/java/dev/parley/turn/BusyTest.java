package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Events;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.Answer;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a message while another turn runs in its conversation. */
@ParleyTest
class BusyTest {

    @Inject TestAgents.Gated gated;
    @Inject TestAgents.Dictated dictated;
    @Inject InFlight inFlight;

    private Person person = new Person("", new UUID(0, 0), "");
    private String conversation = "";
    private String first = "";

    @BeforeEach
    void aTurnRuns() {
        person = Person.registered();
        gated.close();
        Answer running = async("{\"message\":\"first\",\"agent_type\":\"gated\"}");
        first = running.text("turn_id");
        conversation = running.text("conversation_id");
        Wait.until(() -> gated.waiting() == 1);
    }

    @AfterEach
    void allEnd() {
        gated.open();
        Wait.until(() -> inFlight.count() == 0);
    }

    @Test
    void isAcceptedAndCanBeAskedFor() {
        Answer accepted = async("{\"message\":\"elsewhere\",\"agent_type\":\"echo\"}");

        assertThat(accepted.status()).isEqualTo(202);
        assertThat(accepted.header("Preference-Applied")).isEqualTo("respond-async");
        assertThat(accepted.header("Location")).endsWith("/api/turns/" + accepted.text("turn_id"));
        Wait.until(() ->
                person.gets("/api/turns/" + accepted.text("turn_id"))
                        .text("status")
                        .equals("succeeded"));
    }

    @Test
    void isRefusedUnlessAskedOtherwise() {
        assertThat(queued("again", "reject").code()).isEqualTo("conversation_busy");
        assertThat(Postgres.database().used(person.id())).isEqualTo(1);
    }

    @Test
    void standsInLineAndIsAnsweredInOrder() {
        List<String> turns = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            Answer queued = queued("counting", "message " + i, "enqueue");
            assertThat(queued.status()).isEqualTo(202);
            assertThat(queued.text("status")).isEqualTo("queued");
            turns.add(queued.text("turn_id"));
        }
        assertThat(Postgres.database().used(person.id())).isEqualTo(6);
        // Behind a line nobody slips in
        assertThat(queued("again", "reject").code()).isEqualTo("conversation_busy");

        gated.open();

        turns.forEach(turn -> Wait.until(() -> hasEnded(turn)));
        assertThat(
                        Postgres.database()
                                .texts(
                                        "select id from turns where user_id = ? order by version",
                                        person.id()))
                .startsWith(first)
                .endsWith(turns.toArray(String[]::new));
        // The third of them was briefed with three turns before it, and its own message
        assertThat(person.gets("/api/turns/" + turns.get(2)).reply()).isEqualTo("7 from first");
        assertThat(person.gets("/api/turns/" + turns.get(2)).json().path("version").asLong())
                .isEqualTo(4);
    }

    /** Nobody runs there, or the one who waited does: either way he comes first. */
    @Test
    void letsNobodySlipInBeforeALineThatStandsStill() {
        String idle = person.says("hello", "echo").text("conversation_id");
        Postgres.database()
                .change(
                        """
                        insert into turns (id, user_id, conversation_id, agent_type, status, started_at, position)
                        values (?, ?, ?, 'gated', 'queued', now(), 3)
                        """,
                        UUID.randomUUID(),
                        person.id(),
                        UUID.fromString(idle));

        assertThat(person.says("me first", "echo", idle).code()).isEqualTo("conversation_busy");

        Postgres.database()
                .change(
                        "delete from turns where conversation_id = ? and status = 'queued'",
                        UUID.fromString(idle));
    }

    @Test
    void isToldFromTheLineToTheEnd() {
        try (Events stream =
                Events.ofTurn(
                        person,
                        """
                        {"message":"second","agent_type":"echo","conversation_id":"%s","when_busy":"enqueue"}
                        """
                                .formatted(conversation))) {
            Events.Event opened = stream.next().orElseThrow();
            assertThat(opened.name()).isEqualTo("turn.opened");
            assertThat(opened.text("status")).isEqualTo("queued");

            gated.open();

            List<Events.Event> rest = stream.rest();
            assertThat(Events.said(rest)).isEqualTo("second");
            assertThat(rest.getLast().name()).isEqualTo("turn.succeeded");
        }
    }

    @Test
    void hasABoundedLine() {
        for (int i = 1; i <= 10; i++) {
            assertThat(queued("message " + i, "enqueue").status()).isEqualTo(202);
        }

        Answer eleventh = queued("one too many", "enqueue");

        assertThat(eleventh.code()).isEqualTo("conversation_busy");
        assertThat(Postgres.database().used(person.id())).isEqualTo(11);
    }

    @Test
    void cancelsWhatRunsFirst() {
        Answer next = queued("instead", "cancel_running");

        assertThat(next.status()).isEqualTo(202);
        Wait.until(() -> hasEnded(next.text("turn_id")));
        assertThat(person.gets("/api/turns/" + first).text("status")).isEqualTo("cancelled");
        assertThat(person.gets("/api/turns/" + next.text("turn_id")).reply()).isEqualTo("instead");
    }

    @Test
    void canLeaveTheLine() {
        String waiting = queued("never mind", "enqueue").text("turn_id");
        String last = queued("me", "enqueue").text("turn_id");

        Answer cancelled = person.posts("/api/turns/" + waiting + "/cancel", "");

        assertThat(cancelled.text("status")).isEqualTo("cancelled");
        assertThat(person.gets("/api/turns/" + first).text("status")).isEqualTo("running");
        gated.open();
        Wait.until(() -> hasEnded(last));
        assertThat(
                        Postgres.database()
                                .count(
                                        "select version from conversations where user_id = ?",
                                        person.id()))
                .isEqualTo(3);
    }

    @Test
    void answersItsOwnMessageWhoeverLeftTheLine() {
        String keep = queued("keep", "enqueue").text("turn_id");
        String drop = queued("drop", "enqueue").text("turn_id");
        person.posts("/api/turns/" + drop + "/cancel", "");

        gated.open();
        Wait.until(() -> hasEnded(keep));

        assertThat(person.gets("/api/turns/" + keep).reply()).isEqualTo("keep");
    }

    @Test
    void answersItsOwnMessageHoweverLongTheReplyBeforeIt() {
        // As long as a reply may be, and more bytes than an agent gets to read
        String topic = "long " + conversation;
        dictated.say(topic, "é".repeat(140_000));
        dictated.say(topic, TestAgents.Dictated.END);
        String next = queued("dictated", topic, "enqueue").text("turn_id");
        String last = queued("me", "enqueue").text("turn_id");

        gated.open();
        Wait.until(() -> hasEnded(last));

        assertThat(person.gets("/api/turns/" + next).text("status")).isEqualTo("succeeded");
        assertThat(person.gets("/api/turns/" + last).reply()).isEqualTo("me");
    }

    private boolean hasEnded(String turn) {
        String status = person.gets("/api/turns/" + turn).text("status");
        return !status.equals("queued") && !status.equals("running");
    }

    private Answer queued(String message, String whenBusy) {
        return queued("echo", message, whenBusy);
    }

    private Answer queued(String agent, String message, String whenBusy) {
        return async(
                """
                {"message":"%s","agent_type":"%s","conversation_id":"%s","when_busy":"%s"}
                """
                        .formatted(message, agent, conversation, whenBusy));
    }

    private Answer async(String body) {
        return person.posts("/api/chat", body, "Prefer", "wait=5, respond-async");
    }
}
