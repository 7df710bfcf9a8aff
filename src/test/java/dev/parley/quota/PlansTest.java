package dev.parley.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.IssuerStub;
import dev.parley.testing.Operated;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Postgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.TestProfile;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** Several plans beside the shipped one. */
@ParleyTest
@WithTestResource(IssuerStub.class)
@TestProfile(Operated.class)
class PlansTest {

    @Test
    void putNewUserOnDefaultPlan() {
        Person person = Person.registered();

        assertThat(person.says("one", "echo").status()).isEqualTo(200);
        assertThat(person.says("two", "echo").code()).isEqualTo("quota_exhausted");
        assertThat(person.gets("/api/me/quota").text("plan")).isEqualTo("small");
    }

    @Test
    void countAgainstPlanThatUserIsOn() {
        Person person = on("large");

        assertThat(person.says("one", "echo").status()).isEqualTo(200);
        assertThat(person.says("two", "echo").status()).isEqualTo(200);
        assertThat(person.says("three", "echo").code()).isEqualTo("quota_exhausted");
        assertThat(Postgres.database().usedBy(person)).isEqualTo(2);
        assertThat(charges(person)).isEqualTo(2);
    }

    @Test
    void fallBackToDefaultPlanWhereUsersPlanHasLeftConfiguration() {
        assertThat(on("gone").gets("/api/me/quota").text("plan")).isEqualTo("small");
    }

    @Test
    void allowNothingWhereLimitIsZero() {
        Person person = on("none");

        assertThat(person.says("one", "echo").code()).isEqualTo("quota_exhausted");
        assertThat(Postgres.database().usedBy(person)).isZero();
        assertThat(charges(person)).isZero();
    }

    private static long charges(Person person) {
        return Postgres.database().chargesOf(person, YearMonth.now(ZoneOffset.UTC));
    }

    private static Person on(String plan) {
        Person person = Person.registered();
        Postgres.database().subscribe(person, plan);
        return person;
    }
}
