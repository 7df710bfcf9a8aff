package dev.parley.account.web;

import dev.parley.account.AccountAdministration;
import dev.parley.account.AccountQueries;
import dev.parley.account.AccountView;
import dev.parley.account.Registration;
import dev.parley.account.RegistrationService;
import dev.parley.account.token.AccessToken;
import dev.parley.account.token.InvalidCredentials;
import dev.parley.account.token.LoginService;
import dev.parley.api.filter.RateLimitFilter;
import dev.parley.api.validation.Storable;
import dev.parley.api.validation.ValidPassword;
import dev.parley.api.validation.ValidUsername;
import dev.parley.platform.identity.CurrentCaller;
import io.quarkus.security.Authenticated;
import io.quarkus.security.UnauthorizedException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Registration, login, and the account of the current user. */
@Path("/api/auth")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "accounts")
class AuthResource {

    private final RegistrationService registrations;
    private final LoginService logins;
    private final AccountAdministration administration;
    private final AccountQueries accounts;
    private final CurrentCaller caller;
    private final RateLimitFilter rateLimits;

    AuthResource(
            RegistrationService registrations,
            LoginService logins,
            AccountAdministration administration,
            AccountQueries accounts,
            CurrentCaller caller,
            RateLimitFilter rateLimits) {
        this.registrations = registrations;
        this.logins = logins;
        this.administration = administration;
        this.accounts = accounts;
        this.caller = caller;
        this.rateLimits = rateLimits;
    }

    @POST
    @Path("/register")
    @PermitAll
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "register", summary = "Register an account")
    @APIResponse(
            responseCode = "201",
            description = "The account",
            headers = @Header(name = "Location", ref = "Location"),
            content = @Content(schema = @Schema(implementation = Account.class)))
    @APIResponse(
            responseCode = "403",
            description =
                    "registration_closed: administrators make the accounts; invitation_required:"
                            + " the registration needs an invitation that is open")
    @APIResponse(responseCode = "409", description = "already_exists: username or email is in use")
    public Response register(@Valid @NotNull RegisterRequest request) {
        Registration registration =
                new Registration(
                        request.username(),
                        request.email(),
                        request.password(),
                        Optional.ofNullable(request.invitation()));
        AccountView account = rateLimits.register(() -> registrations.register(registration));
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, "/api/auth/me")
                .entity(Account.of(account))
                .build();
    }

    @POST
    @Path("/login")
    @PermitAll
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "login", summary = "Log in")
    @APIResponseSchema(AccessTokenView.class)
    @APIResponse(responseCode = "401", description = "unauthenticated: wrong username or password")
    @APIResponse(
            responseCode = "403",
            description = "account_disabled: an administrator has disabled the account")
    public AccessTokenView login(@Valid @NotNull LoginRequest request) {
        AccessToken token =
                rateLimits.tryPassword(
                        request.username(),
                        InvalidCredentials.class,
                        () -> logins.login(request.username(), request.password()));
        return new AccessTokenView(token.value(), "Bearer", token.expiresIn().toSeconds());
    }

    @GET
    @Path("/me")
    @Authenticated
    @Operation(operationId = "getAccount", summary = "Read the current account")
    public Account me() {
        return accounts.read(caller.id()).map(Account::of).orElseThrow(UnauthorizedException::new);
    }

    @DELETE
    @Path("/tokens")
    @Authenticated
    @Operation(
            operationId = "endTokens",
            summary = "Log out everywhere",
            description = "Ends all tokens of the current account, also the token of this request")
    @APIResponse(responseCode = "204", description = "The tokens have ended")
    public void endTokens() {
        administration.endTokens(caller.id());
    }

    record RegisterRequest(
            @Schema(examples = "ada") @NotNull @ValidUsername String username,
            @Schema(examples = "ada@example.org")
                    @NotNull
                    @Email
                    @NotBlank
                    @Storable
                    @Size(max = 254)
                    String email,
            @Schema(examples = "correct horse battery") @NotNull @ValidPassword String password,
            @Schema(
                            description = "The code of an invitation, where registration needs one",
                            examples = "fJ3bq7cXw2yT0d5mPz8QnA")
                    @Size(max = 64)
                    @Nullable String invitation) {

        /** Without the password. */
        @Override
        public String toString() {
            return "RegisterRequest[" + username + "]";
        }
    }

    record LoginRequest(
            @Schema(examples = "ada") @NotNull @Storable @Size(max = 254) String username,
            @Schema(examples = "correct horse battery") @NotNull @Size(max = 1_000)
                    String password) {

        /** Without the password. */
        @Override
        public String toString() {
            return "LoginRequest[" + username + "]";
        }
    }

    record AccessTokenView(String accessToken, String tokenType, long expiresIn) {}

    record Account(
            UUID id,
            String username,
            @Nullable String email,
            List<String> roles,
            Instant createdAt,
            boolean disabled) {

        static Account of(AccountView account) {
            return new Account(
                    account.id().value(),
                    account.username(),
                    account.email(),
                    account.roles(),
                    account.createdAt(),
                    account.isDisabled());
        }
    }
}
