package dev.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Operations;
import dev.parley.testing.Operations.Operation;
import dev.parley.testing.Operations.World;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import dev.parley.testing.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a request works on is deleted by somebody else in the middle of it: at each of the request's
 * round trips to the database, in turn. The request succeeds, or is told that there is nothing.
 */
@ParleyTest
class VanishingRowTest {

    /** More than any operation makes. */
    private static final int MAX_ROUND_TRIPS = 12;

    /** The table of what an operation's path names. */
    private static final Map<String, String> TABLES =
            Map.of(
                    "/api/tasks/{id}", "tasks",
                    "/api/me/trainings/{id}", "trainings",
                    "/api/me/agents/{agent_type}", "hirings",
                    "/api/me/preferences/{key}", "preferences",
                    "/api/me/skills/{name}", "user_skills",
                    "/api/conversations/{id}", "conversations",
                    "/api/notifications/{id}", "notifications");

    static List<Operation> onOneRow() {
        return Operations.all().stream()
                .filter(operation -> table(operation).findAny().isPresent())
                .toList();
    }

    @AfterEach
    void thaw() {
        Postgres.proxy().behave();
    }

    @ParameterizedTest
    @MethodSource("onOneRow")
    void answersWithoutFailureWhereItsRowIsDeletedMeanwhile(Operation operation) {
        String table = table(operation).findFirst().orElseThrow();
        Person person = Person.registered();
        Person admin = Person.admin();
        List<ApiResponse> answers = new ArrayList<>();

        boolean isFrozen = true;
        for (int roundTrip = 1; roundTrip <= MAX_ROUND_TRIPS && isFrozen; roundTrip++) {
            World world = World.of(person, admin);
            String path = operation.path().apply(world);
            String body = operation.body() == null ? null : operation.body().apply(world);
            if (operation.method().equals("PUT")) {
                // What is replaced is there
                operation.call(world, path, body);
            }
            Postgres.proxy().freezeAt(roundTrip);
            CompletableFuture<ApiResponse> answer =
                    CompletableFuture.supplyAsync(() -> operation.call(world, path, body));
            Wait.until(() -> answer.isDone() || Postgres.proxy().isFrozen());
            isFrozen = Postgres.proxy().isFrozen();
            Postgres.database()
                    .changeUnlessLocked(
                            "delete from %s where user_id = ?".formatted(table), person.id());
            Postgres.proxy().behave();
            answers.add(answer.join());
        }

        assertThat(answers).hasSizeGreaterThan(2);
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.status()).isIn(200, 201, 204, 404, 409));
    }

    private static Stream<String> table(Operation operation) {
        return TABLES.entrySet().stream()
                .filter(entry -> operation.template().startsWith(entry.getKey()))
                .map(Map.Entry::getValue);
    }
}
