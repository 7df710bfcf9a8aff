package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyTest;
import dev.parley.testing.Person;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Postgres;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Registration where an administrator has to invite. */
@ParleyTest
@TestProfile(InvitedRegistrationTest.Invited.class)
class InvitedRegistrationTest {

    @Test
    void needsInvitation() {
        for (String invitation : new String[] {null, "", "guess"}) {
            ApiResponse refused = registers(invitation);

            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.code()).isEqualTo("invitation_required");
        }
    }

    @Test
    void invitationIsGoodForOneRegistration() {
        String code = invited(7).text("code");

        assertThat(registers(code).status()).isEqualTo(201);
        assertThat(registers(code).code()).isEqualTo("invitation_required");
    }

    @Test
    void oneOfManyWhoUseAnInvitationAtOnceIsRegistered() {
        String code = invited(7).text("code");

        List<ApiResponse> answers = Person.atOnce(10, () -> registers(code));

        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(1);
        assertThat(answers).filteredOn(answer -> answer.status() == 403).hasSize(9);
    }

    /** The name is taken: with another name the same invitation is good. */
    @Test
    void refusedRegistrationUsesNoInvitation() {
        String code = invited(7).text("code");
        String taken = "i-" + UUID.randomUUID().toString().substring(0, 13);
        assertThat(registers(invited(7).text("code"), taken).status()).isEqualTo(201);

        assertThat(registers(code, taken).code()).isEqualTo("already_exists");
        assertThat(registers(code).status()).isEqualTo(201);
    }

    @Test
    void invitationExpiresAndCanBeRevoked() {
        ApiResponse expired = invited(1);
        ApiResponse revoked = invited(1);
        Postgres.database()
                .change(
                        "update invitations set expires_at = now() - interval '1 second' where id ="
                                + " ?::uuid",
                        expired.text("id"));
        Person admin = admin();

        assertThat(admin.gets("/api/admin/invitations").body()).contains(revoked.text("id"));
        assertThat(admin.deletes("/api/admin/invitations/" + revoked.text("id")).status())
                .isEqualTo(204);
        assertThat(admin.deletes("/api/admin/invitations/" + revoked.text("id")).status())
                .isEqualTo(404);
        assertThat(registers(expired.text("code")).status()).isEqualTo(403);
        assertThat(registers(revoked.text("code")).status()).isEqualTo(403);
    }

    @Test
    void codeIsShownOnceAndStoredAsHash() {
        ApiResponse created = invited(7);

        assertThat(admin().gets("/api/admin/invitations").body())
                .contains(created.text("id"))
                .doesNotContain(created.text("code"));
        assertThat(Postgres.database().texts("select encode(code_hash, 'escape') from invitations"))
                .noneMatch(hash -> hash.contains(created.text("code")));
    }

    @Test
    void onlyAdministratorsInvite() {
        assertThat(registers(invited(7).text("code"), "u-invited-only").status()).isIn(201, 409);
        String token = Person.signIn("u-invited-only", Person.PASSWORD).text("access_token");

        assertThat(Person.send("POST", "/api/admin/invitations", token, "{}").status())
                .isEqualTo(403);
        assertThat(Person.send("POST", "/api/admin/invitations", null, "{}").status())
                .isEqualTo(401);
        assertThat(invited(0).status()).isEqualTo(400);
        assertThat(invited(91).status()).isEqualTo(400);
    }

    /** The administrator of the configuration, who needs no invitation. */
    private static Person admin() {
        return new Person(
                "inviting-root",
                UUID.randomUUID(),
                Person.signIn("inviting-root", "a long secret").text("access_token"));
    }

    private static ApiResponse invited(int days) {
        return admin().posts("/api/admin/invitations", "{\"days\":%d}".formatted(days));
    }

    private static ApiResponse registers(@Nullable String invitation) {
        return registers(invitation, "i-" + UUID.randomUUID().toString().substring(0, 13));
    }

    private static ApiResponse registers(@Nullable String invitation, String username) {
        return Person.send(
                "POST",
                "/api/auth/register",
                null,
                "{\"username\":\"%s\",\"email\":\"%s@example.org\",\"password\":\"%s\"%s}"
                        .formatted(
                                username,
                                username,
                                Person.PASSWORD,
                                invitation == null
                                        ? ""
                                        : ",\"invitation\":\"" + invitation + "\""));
    }

    public static final class Invited implements QuarkusTestProfile {

        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "parley.auth.registration", "invited",
                    "parley.admin.username", "inviting-root",
                    "parley.admin.password", "a long secret");
        }
    }
}
