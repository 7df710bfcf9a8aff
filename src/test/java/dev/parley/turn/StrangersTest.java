package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nobody sees another user's things, not even that they are there. */
@ParleyTest
class StrangersTest {

    @Test
    void strangersFindNothingOfSomebodyElse() {
        Person owner = Person.registered();
        ApiResponse turn = owner.says("Add a task: my secret", "offline");
        String task = owner.gets("/api/tasks").json().path("data").get(0).path("id").asText();
        String conversation = turn.text("conversation_id");
        Person stranger = Person.registered();

        List<ApiResponse> answers =
                List.of(
                        stranger.gets("/api/turns/" + turn.text("turn_id")),
                        stranger.gets("/api/conversations/" + conversation),
                        stranger.gets("/api/conversations/" + conversation + "/messages"),
                        stranger.puts("/api/conversations/" + conversation + "/pin", ""),
                        stranger.deletes("/api/conversations/" + conversation + "/pin"),
                        stranger.says("let me in", "echo", conversation),
                        stranger.gets("/api/tasks/" + task),
                        stranger.patches("/api/tasks/" + task, "{\"title\":\"mine now\"}"),
                        stranger.deletes("/api/tasks/" + task));

        assertThat(answers)
                .allSatisfy(answer -> {
                    assertThat(answer.status()).isEqualTo(404);
                    assertThat(answer.code()).isEqualTo("not_found");
                });
        assertThat(stranger.gets("/api/tasks").json().path("data")).isEmpty();
        assertThat(stranger.gets("/api/conversations").json().path("data")).isEmpty();
        assertThat(stranger.says("show my tasks", "offline").reply()).doesNotContain("secret");
        assertThat(owner.gets("/api/tasks/" + task).text("title")).isEqualTo("my secret");
        assertThat(
                        Postgres.database()
                                .count("select count(*) from messages where content = 'let me in'"))
                .isZero();
    }

    @Test
    void strangersWithoutTokenAreRefusedFirst() {
        for (String path :
                List.of(
                        "/api/tasks",
                        "/api/conversations",
                        "/api/me/quota",
                        "/api/dashboard/stats",
                        "/api/auth/me")) {
            ApiResponse answer = Person.send("GET", path, null, null);

            assertThat(answer.status()).as(path).isEqualTo(401);
            assertThat(answer.code()).isEqualTo("unauthenticated");
            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
        }
    }
}
