package dev.parley.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.HeldRows;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of a user: preferences, skills, trainings. */
@ParleyTest
class ProfileTest {

    /** A character more than there may be. */
    private static final String LONG_KEY =
            "k2345678901234567890123456789012345678901234567890123456789012345";

    @Test
    void remembersAndForgetsPreferences() {
        Person person = Person.registered();

        ApiResponse put = person.puts("/api/me/preferences/colour", "{\"value\":\"green\"}");
        person.puts("/api/me/preferences/colour", "{\"value\":\"blue\"}");
        person.puts("/api/me/preferences/animal", "{\"value\":\"cat\"}");

        assertThat(put.status()).isEqualTo(200);
        assertThat(put.text("value")).isEqualTo("green");
        assertThat(person.gets("/api/me/preferences/colour").text("value")).isEqualTo("blue");
        assertThat(texts(person.gets("/api/me/preferences"), "key"))
                .containsExactly("animal", "colour");
        assertThat(person.deletes("/api/me/preferences/colour").status()).isEqualTo(204);
        assertThat(person.deletes("/api/me/preferences/colour").status()).isEqualTo(404);
        assertThat(person.gets("/api/me/preferences/colour").status()).isEqualTo(404);
        assertThat(Person.registered().gets("/api/me/preferences/animal").status()).isEqualTo(404);
    }

    @Test
    void remembersNoMorePreferencesThanThereIsRoomFor() {
        Person person = Person.registered();
        List<Callable<Integer>> puts =
                IntStream.range(0, ProfileLimits.PREFERENCES + 20)
                        .mapToObj(number ->
                                (Callable<Integer>)
                                        () ->
                                                person.puts(
                                                                "/api/me/preferences/p" + number,
                                                                "{\"value\":\"x\"}")
                                                        .status())
                        .toList();

        List<Integer> answers = Person.atOnce(puts);

        assertThat(answers.stream().filter(status -> status == 200))
                .hasSize(ProfileLimits.PREFERENCES);
        assertThat(answers.stream().filter(status -> status == 409)).hasSize(20);
        assertThat(preferencesOf(person)).isEqualTo(ProfileLimits.PREFERENCES);
        JsonNode first = person.gets("/api/me/preferences?limit=1").json().path("data").get(0);
        assertThat(
                        person.puts(
                                        "/api/me/preferences/" + first.path("key").asText(),
                                        "{\"value\":\"changed\"}")
                                .status())
                .isEqualTo(200);
    }

    @Test
    void refusesPreferenceWhereThePlaceIsTakenMeanwhile() throws Exception {
        Person person = Person.registered();
        fillPreferences(person, ProfileLimits.PREFERENCES - 1);
        ApiResponse refused;

        try (HeldRows held =
                HeldRows.by(
                                """
                                insert into profiles (user_id) values (?)
                                on conflict (user_id) do update set user_id = excluded.user_id
                                """,
                                person.id())
                        .and(
                                "insert into preferences (user_id, key, value, updated_at) values"
                                        + " (?, 'last', 'x', now())",
                                person.id())) {
            refused =
                    held.commitOnceWaitedFor(
                            () -> person.puts("/api/me/preferences/late", "{\"value\":\"x\"}"));
        }

        assertThat(refused.status()).as(refused.toString()).isEqualTo(409);
        assertThat(preferencesOf(person)).isEqualTo(ProfileLimits.PREFERENCES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Colour", "-colour", "favourite%20colour", "a,b", "%C3%A4", LONG_KEY})
    void refusesPreferenceUnderWhatIsNoKey(String key) {
        Person person = Person.registered();

        ApiResponse refused = person.puts("/api/me/preferences/" + key, "{\"value\":\"green\"}");

        assertThat(refused.code()).as(refused.toString()).isEqualTo("invalid_request");
        assertThat(preferencesOf(person)).isZero();
    }

    @Test
    void forgetsNoPreferenceOfAnotherUser() {
        Person person = Person.registered();
        person.puts("/api/me/preferences/only-mine", "{\"value\":\"green\"}");

        ApiResponse refused = Person.registered().deletes("/api/me/preferences/only-mine");

        assertThat(refused.code()).isEqualTo("not_found");
        assertThat(person.gets("/api/me/preferences/only-mine").text("value")).isEqualTo("green");
    }

    @Test
    void givesNoMoreSkillsThanThereIsRoomFor() {
        Person person = Person.registered();
        Postgres.database()
                .change(
                        """
                        with made as (
                            insert into skills (id, user_id, name) select gen_random_uuid(), ?, ? || n from generate_series(1, ?) n returning id)
                        insert into user_skills (user_id, skill_id, level, updated_at) select ?, id, 1, now() from made
                        """,
                        person.id(),
                        "skill of " + person.username() + " ",
                        ProfileLimits.SKILLS,
                        person.id());
        String last = "/api/me/skills/skill%20of%20" + person.username() + "%201";

        ApiResponse refused = person.puts("/api/me/skills/Java", "{\"level\":3}");
        ApiResponse changed = person.puts(last, "{\"level\":5}");

        assertThat(refused.status()).as(refused.toString()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("limit_reached");
        assertThat(changed.text("level")).isEqualTo("5");
    }

    @Test
    void showsNobodyTheSkillThatAnotherUserNamed() {
        Person person = Person.registered();
        Person other = Person.registered();
        String skill = "secret-" + person.username();
        String learned = "learned-" + person.username();

        person.puts("/api/me/skills/" + skill, "{\"level\":3}");
        person.posts("/api/me/trainings", "{\"skill\":\"" + learned + "\",\"title\":\"Read\"}");
        String after = "select count(*) from skills where name = any(array[?, ?])";

        assertThat(other.gets("/api/skills?limit=100").body()).doesNotContain(skill, learned);
        assertThat(person.gets("/api/me/export").body())
                .contains("\"name\": \"" + skill + "\"", "\"name\": \"" + learned + "\"");
        assertThat(person.deletes("/api/me").status()).isEqualTo(204);
        assertThat(Postgres.database().count(after, skill, learned)).isZero();
    }

    @Test
    void keepsNoNameOfSkillThatItsUserRemoved() {
        Person person = Person.registered();
        String skill = "removed-" + person.username();
        person.puts("/api/me/skills/" + skill, "{\"level\":3}");
        ApiResponse training =
                person.posts(
                        "/api/me/trainings", "{\"skill\":\"" + skill + "\",\"title\":\"Read\"}");

        person.deletes("/api/me/skills/" + skill);
        assertThat(person.gets("/api/me/trainings/" + training.text("id")).text("skill"))
                .isEqualTo(skill);
        person.deletes("/api/me/trainings/" + training.text("id"));

        assertThat(Postgres.database().count("select count(*) from skills where name = ?", skill))
                .isZero();
    }

    @Test
    void addsSkillOnceHoweverManyRequestsNameIt() {
        Person person = Person.registered();
        List<Callable<ApiResponse>> puts =
                IntStream.range(0, 16)
                        .mapToObj(number ->
                                (Callable<ApiResponse>)
                                        () ->
                                                person.puts(
                                                        "/api/me/skills/"
                                                                + (number % 2 == 0
                                                                        ? "sailing"
                                                                        : "SAILING"),
                                                        "{\"level\":3}"))
                        .toList();

        List<ApiResponse> answers = Person.atOnce(puts);

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(texts(person.gets("/api/me/skills"), "name")).hasSize(1);
    }

    @Test
    void givesChangesAndTakesAwaySkills() {
        Person person = Person.registered();

        person.puts("/api/me/skills/Java", "{\"level\":3}");
        person.puts("/api/me/skills/java", "{\"level\":4}");
        person.puts("/api/me/skills/C%2B%2B", "{\"level\":1}");

        JsonNode skills = person.gets("/api/me/skills").json().path("data");
        assertThat(skills).hasSize(2);
        assertThat(skills.get(1).path("name").asText()).isEqualToIgnoringCase("java");
        assertThat(skills.get(1).path("level").asInt()).isEqualTo(4);
        assertThat(person.deletes("/api/me/skills/JAVA").status()).isEqualTo(204);
        assertThat(person.deletes("/api/me/skills/Java").status()).isEqualTo(404);
        assertThat(texts(person.gets("/api/me/skills"), "name")).containsExactly("C++");
    }

    @Test
    void administratorsAddRenameAndRemoveSkillsOfCatalogue() {
        Person admin = Person.admin();
        Person learner = Person.registered();
        Person expert = Person.registered();
        String name = "kneading of " + learner.username();
        String path = "/api/admin/skills/" + name.replace(" ", "%20");
        assertThat(learner.puts(path, "").status()).isEqualTo(403);

        assertThat(
                        admin.puts(
                                        path.toUpperCase(Locale.ROOT)
                                                .replace("/API/ADMIN/SKILLS", "/api/admin/skills"),
                                        "")
                                .status())
                .isEqualTo(204);
        assertThat(admin.puts(path, "").status()).isEqualTo(204);
        assertThat(
                        Postgres.database()
                                .texts(
                                        "select name from skills where lower(name) = lower(?)",
                                        name))
                .as("the last spelling")
                .containsExactly(name);
        expert.puts("/api/me/skills/" + name.replace(" ", "%20"), "{\"level\":5}");
        learner.posts("/api/me/trainings", "{\"skill\":\"" + name + "\",\"title\":\"Knead\"}");

        assertThat(admin.deletes(path).status()).isEqualTo(204);

        assertThat(admin.deletes(path).status()).isEqualTo(404);
        assertThat(texts(expert.gets("/api/me/skills"), "name")).containsExactly(name);
        assertThat(texts(learner.gets("/api/me/trainings"), "skill")).containsExactly(name);
        assertThat(
                        Postgres.database()
                                .texts(
                                        "select user_id from skills where name = ? order by 1",
                                        name))
                .as("each user's own now")
                .containsExactlyInAnyOrder(expert.id().toString(), learner.id().toString());
    }

    @Test
    void pagesSkillCatalogueByName() {
        Person person = Person.registered();
        for (String name : List.of("zeta", "Alpha", "beta")) {
            Postgres.database()
                    .change(
                            "insert into skills (id, name) values (gen_random_uuid(), ?) on"
                                    + " conflict do nothing",
                            name);
        }
        List<String> all = new ArrayList<>();
        String cursor = "";
        do {
            ApiResponse page = person.gets("/api/skills?limit=2" + cursor);
            all.addAll(texts(page, "name"));
            cursor =
                    page.json().path("next_cursor").isNull()
                            ? ""
                            : "&cursor=" + page.text("next_cursor");
        } while (!cursor.isEmpty());

        assertThat(all).doesNotHaveDuplicates().containsSubsequence("Alpha", "beta", "zeta");
    }

    @Test
    void addsListsChangesAndRemovesTrainings() {
        Person person = Person.registered();
        ApiResponse added =
                person.posts(
                        "/api/me/trainings",
                        """
                        {"skill":"Java","title":"Read about virtual threads","next_step":"Chapter 3","due_on":"2026-12-24"}
                        """);
        String path = "/api/me/trainings/" + added.text("id");
        person.posts("/api/me/trainings", "{\"skill\":\"Cooking\",\"title\":\"Boil an egg\"}");

        assertThat(added.status()).isEqualTo(201);
        assertThat(added.header("Location")).isEqualTo(path);
        assertThat(added.text("status")).isEqualTo("planned");
        assertThat(added.text("skill")).isEqualToIgnoringCase("java");
        assertThat(texts(person.gets("/api/me/trainings?skill=JAVA"), "id"))
                .containsExactly(added.text("id"));
        assertThat(person.gets("/api/me/trainings?skill=nothing").json().path("data")).isEmpty();
        ApiResponse changed =
                person.patches(path, "{\"status\":\"in_progress\",\"next_step\":null}");
        assertThat(changed.text("status")).isEqualTo("in_progress");
        assertThat(changed.json().has("next_step")).isFalse();
        assertThat(changed.text("due_on")).isEqualTo("2026-12-24");
        assertThat(texts(person.gets("/api/me/trainings?status=in_progress"), "id"))
                .containsExactly(added.text("id"));
        assertThat(Person.registered().gets(path).status()).isEqualTo(404);
        assertThat(person.deletes(path).status()).isEqualTo(204);
        assertThat(person.gets(path).status()).isEqualTo(404);
    }

    @Test
    void keepsChangeOfTrainingMadeWhileAnotherHeldIt() throws Exception {
        Person person = Person.registered();
        String training =
                person.posts(
                                "/api/me/trainings",
                                "{\"skill\":\"Cooking\",\"title\":\"Boil an egg\"}")
                        .text("id");

        try (HeldRows held =
                HeldRows.by(
                        "update trainings set next_step = 'Buy eggs' where id = ?::uuid",
                        training)) {
            held.commitOnceWaitedFor(() ->
                    person.patches(
                            "/api/me/trainings/" + training, "{\"status\":\"in_progress\"}"));
        }

        ApiResponse changed = person.gets("/api/me/trainings/" + training);
        assertThat(changed.text("next_step")).isEqualTo("Buy eggs");
        assertThat(changed.text("status")).isEqualTo("in_progress");
    }

    @Test
    void findsNoTrainingOfAnotherUser() {
        Person person = Person.registered();
        Person other = Person.registered();
        ApiResponse added =
                person.posts(
                        "/api/me/trainings", "{\"skill\":\"Cooking\",\"title\":\"Boil an egg\"}");
        String training = "/api/me/trainings/" + added.text("id");

        ApiResponse read = other.gets(training);
        ApiResponse changed = other.patches(training, "{\"title\":\"Mine\"}");
        ApiResponse deleted = other.deletes(training);

        assertThat(List.of(read.code(), changed.code(), deleted.code())).containsOnly("not_found");
        assertThat(person.gets(training).body()).isEqualTo(added.body());
    }

    @Test
    void offlineAssistantRemembersAndForgets() {
        Person person = Person.registered();

        assertThat(person.says("Remember that my favourite colour is green.", "offline").reply())
                .isEqualTo("I will remember that: favourite colour: green.");
        assertThat(person.says("remember that I work from home", "offline").reply())
                .contains("I work from home");
        assertThat(person.says("What do you know about me?", "offline").reply())
                .contains("- favourite colour: green")
                .contains("I work from home");
        assertThat(person.gets("/api/me/preferences/favourite-colour").text("value"))
                .isEqualTo("green");
        assertThat(person.says("Please forget my favourite colour", "offline").reply())
                .isEqualTo("I have forgotten favourite colour: green.");
        assertThat(person.says("forget that I work from home", "offline").reply())
                .startsWith("I have forgotten");
        assertThat(person.says("what do you know about me", "offline").reply())
                .startsWith("I know nothing about you yet");
    }

    private static void fillPreferences(Person person, int number) {
        Postgres.database()
                .change(
                        "insert into preferences (user_id, key, value, updated_at) select ?, 'p' ||"
                                + " n, 'x', now() from generate_series(1, ?) n",
                        person.id(),
                        number);
    }

    private static long preferencesOf(Person person) {
        return Postgres.database()
                .count("select count(*) from preferences where user_id = ?", person.id());
    }

    private static List<String> texts(ApiResponse page, String field) {
        List<String> texts = new ArrayList<>();
        page.json().path("data").forEach(node -> texts.add(node.path(field).asText()));
        return texts;
    }
}
