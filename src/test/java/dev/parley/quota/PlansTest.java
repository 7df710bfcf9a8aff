package dev.parley.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Several plans beside the shipped one. */
@ParleyTest
@TestProfile(PlansTest.Several.class)
class PlansTest {

    @Test
    void putEverybodyOnTheDefaultPlan() {
        Person person = Person.registered();

        assertThat(person.says("one", "echo").status()).isEqualTo(200);
        assertThat(person.says("two", "echo").code()).isEqualTo("quota_exhausted");
        assertThat(person.gets("/api/me/quota").text("plan")).isEqualTo("small");
    }

    @Test
    void countAgainstTheUsersOwnPlan() {
        Person person = on("large");

        assertThat(person.says("one", "echo").status()).isEqualTo(200);
        assertThat(person.says("two", "echo").status()).isEqualTo(200);
        assertThat(person.says("three", "echo").code()).isEqualTo("quota_exhausted");
    }

    @Test
    void fallBackToTheDefaultWhereAPlanHasLeftTheConfiguration() {
        assertThat(on("gone").gets("/api/me/quota").text("plan")).isEqualTo("small");
    }

    @Test
    void allowNothingWhereTheLimitIsZero() {
        Person person = on("none");

        assertThat(person.says("one", "echo").code()).isEqualTo("quota_exhausted");
        assertThat(Postgres.database().used(person.id())).isZero();
    }

    private static Person on(String plan) {
        Person person = Person.registered();
        Postgres.database()
                .change(
                        "insert into subscriptions (user_id, plan) values (?, ?)",
                        person.id(),
                        plan);
        return person;
    }

    /** A small one for everybody, a large one, and one that allows nothing. */
    public static final class Several implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.quota.plans.\"small\".limit", "1",
                    "parley.quota.plans.\"large\".limit", "2",
                    "parley.quota.plans.\"none\".limit", "0",
                    "parley.quota.default-plan", "small");
        }
    }
}
