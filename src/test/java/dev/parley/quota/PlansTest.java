package dev.parley.quota;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.testing.IssuerStub;
import dev.parley.testing.Operated;
import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.TestProfile;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.UUID;
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

    @Test
    void areListedForAdministrators() {
        Person root = Person.admin();

        JsonNode plans = root.gets("/api/admin/plans").json().path("data");

        assertThat(plans.findValuesAsText("name"))
                .containsExactly("free", "large", "none", "small");
        assertThat(plans.findValuesAsText("limit")).containsExactly("1000", "2", "0", "1");
        assertThat(plans.findValuesAsText("is_default"))
                .containsExactly("false", "false", "false", "true");
    }

    @Test
    void areToldToAdministratorsForEachUser() {
        Person root = Person.admin();
        Person person = on("large");
        person.says("one", "echo");

        ApiResponse plan = root.gets("/api/admin/users/" + person.id() + "/plan");

        assertThat(plan.text("plan")).isEqualTo("large");
        assertThat(plan.json().path("remaining").intValue()).isEqualTo(1);
        assertThat(root.gets("/api/admin/users/" + UUID.randomUUID() + "/plan").code())
                .isEqualTo("not_found");
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
