package dev.parley.turn.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ExpectedErrors;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.TestAgents;
import dev.parley.testing.Wait;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** At most one turn runs in a conversation. */
@ParleyTest
class ConversationClaimTest {

    @Inject TestAgents.Gated gated;

    @Test
    void takesOneOfTwoMessagesAtOnce() {
        Person person = Person.registered();
        String conversation = person.says("begin", "echo").text("conversation_id");
        gated.close();

        CompletableFuture<List<ApiResponse>> both =
                CompletableFuture.supplyAsync(
                        () ->
                                Person.atOnce(
                                        2, () -> person.says("me first", "gated", conversation)),
                        task -> Thread.ofVirtual().start(task));
        // The refusal does not wait for the one that was let in
        Wait.until(() -> gated.waiting() == 1);
        ApiResponse third = person.says("and me", "gated", conversation);
        gated.open();
        List<ApiResponse> answers = both.join();

        assertThat(third.code()).isEqualTo("conversation_busy");
        assertThat(answers.stream().map(ApiResponse::status)).containsExactlyInAnyOrder(200, 409);
        assertThat(answers.stream().filter(answer -> answer.status() == 409).map(ApiResponse::code))
                .containsExactly("conversation_busy");
        assertThat(Postgres.database().usedBy(person)).isEqualTo(2);
        assertThat(Postgres.database().messagesOf(person))
                .containsExactly("begin", "begin", "me first", "let go");
    }

    @ExpectedErrors("agent broken failed unexpectedly")
    @Test
    void takesNextMessageWhenTheTurnHasEnded() {
        Person person = Person.registered();
        String conversation = person.says("begin", "broken").text("conversation_id");

        assertThat(person.says("again", "echo", conversation).status()).isEqualTo(200);
    }
}
