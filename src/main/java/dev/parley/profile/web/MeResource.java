package dev.parley.profile.web;

import dev.parley.account.AccountQueries;
import dev.parley.account.AccountUpdate;
import dev.parley.account.AccountView;
import dev.parley.account.WrongPassword;
import dev.parley.api.filter.RateLimitFilter;
import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.validation.MergePatch;
import dev.parley.api.validation.Storable;
import dev.parley.api.validation.ValidPassword;
import dev.parley.api.validation.ValidUsername;
import dev.parley.platform.identity.CurrentCaller;
import dev.parley.profile.ProfileService;
import dev.parley.profile.UpdateProfile;
import io.quarkus.security.Authenticated;
import io.quarkus.security.UnauthorizedException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;

/** The current user: account and temperature. */
@Path("/api/me")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "accounts")
class MeResource {

    private final AccountQueries accounts;
    private final UpdateProfile updateProfile;
    private final ProfileService profile;
    private final CurrentCaller caller;
    private final RateLimitFilter rateLimits;

    MeResource(
            AccountQueries accounts,
            UpdateProfile updateProfile,
            ProfileService profile,
            CurrentCaller caller,
            RateLimitFilter rateLimits) {
        this.accounts = accounts;
        this.updateProfile = updateProfile;
        this.profile = profile;
        this.caller = caller;
        this.rateLimits = rateLimits;
    }

    @GET
    @Operation(operationId = "getMe", summary = "Read the current user")
    public Me read() {
        AccountView account = accounts.read(caller.id()).orElseThrow(UnauthorizedException::new);
        return Me.of(account, profile.temperature(caller.id()));
    }

    @PATCH
    @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
    @Operation(
            operationId = "updateMe",
            summary = "Change the current user",
            description =
                    "Absent fields keep their value; a temperature of null restores the model's"
                        + " default. A new password requires the current password and revokes all"
                        + " earlier tokens: sign in again.")
    @APIResponseSchema(Me.class)
    @APIResponse(responseCode = "403", description = "forbidden: the current password is wrong")
    @APIResponse(responseCode = "409", description = "already_exists: username or email is in use")
    public Me change(@Valid @NotNull UpdateMeRequest request) {
        AccountUpdate change = request.change();
        AccountView account =
                change.password().isEmpty()
                        ? change(request, change)
                        : rateLimits.tryPassword(
                                caller.get().username(),
                                WrongPassword.class,
                                () -> change(request, change));
        return Me.of(account, profile.temperature(caller.id()));
    }

    private AccountView change(UpdateMeRequest request, AccountUpdate change) {
        return updateProfile.change(caller.id(), change, MergePatch.edit(request.temperature()));
    }

    /** An absent field is undefined; a field that is null is present and null. */
    record UpdateMeRequest(
            @Schema(implementation = String.class, examples = "ada")
                    JsonNullable<@ValidUsername String> username,
            @Schema(implementation = String.class, examples = "ada@example.org")
                    JsonNullable<@Email @NotBlank @Storable @Size(max = 254) String> email,
            @Schema(
                            implementation = String.class,
                            description = "Required to set a new password",
                            examples = "correct horse battery")
                    @Size(max = 1_000)
                    @Nullable String currentPassword,
            @Schema(implementation = String.class, examples = "a better horse")
                    JsonNullable<@ValidPassword String> password,
            @Schema(
                            implementation = Double.class,
                            nullable = true,
                            description =
                                    "The temperature of the model, 0 to 2; higher is more varied",
                            examples = "0.7")
                    JsonNullable<@DecimalMin("0") @DecimalMax("2") Double> temperature) {

        AccountUpdate change() {
            return new AccountUpdate(
                    MergePatch.given("username", username),
                    MergePatch.given("email", email),
                    MergePatch.given("password", password)
                            .map(newPassword ->
                                    new AccountUpdate.PasswordChange(
                                            requireCurrentPassword(), newPassword)));
        }

        private String requireCurrentPassword() {
            if (currentPassword == null) {
                throw new InvalidRequest("current_password", "is required to set a new password");
            }
            return currentPassword;
        }

        /** Omits the passwords, so that no log shows them. */
        @Override
        public String toString() {
            return "UpdateMeRequest";
        }
    }

    record Me(
            UUID id,
            String username,
            @Nullable String email,
            List<String> roles,
            Instant createdAt,
            @Nullable Double temperature) {

        static Me of(AccountView account, OptionalDouble temperature) {
            return new Me(
                    account.id().value(),
                    account.username(),
                    account.email(),
                    account.roles(),
                    account.createdAt(),
                    temperature.isPresent() ? temperature.getAsDouble() : null);
        }
    }
}
