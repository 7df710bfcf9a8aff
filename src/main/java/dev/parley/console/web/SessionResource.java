package dev.parley.console.web;

import dev.parley.account.Registration;
import dev.parley.account.RegistrationService;
import dev.parley.account.token.AccessToken;
import dev.parley.account.token.BrowserSignIn;
import dev.parley.account.token.InvalidCredentials;
import dev.parley.account.token.LoginService;
import dev.parley.api.filter.RateLimitFilter;
import dev.parley.api.validation.Storable;
import dev.parley.console.ConsoleConfig;
import dev.parley.platform.database.embedded.EmbeddedDatabase;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.PermitAll;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Begins and ends the console's sessions. It is no part of the public API: clients other than the
 * console log in with {@code POST /api/auth/login} and keep the token themselves.
 */
@Path("/console/session")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
class SessionResource {

    /** Without characters that look alike. */
    private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";

    private static final int NAME_LENGTH = 6;
    private static final int PASSWORD_LENGTH = 20;

    private final LoginService logins;
    private final BrowserSignIn browserSignIn;
    private final RegistrationService registrations;
    private final RateLimitFilter rateLimits;
    private final ConsoleConfig config;
    private final SecureRandom randomness = new SecureRandom();

    SessionResource(
            LoginService logins,
            BrowserSignIn browserSignIn,
            RegistrationService registrations,
            RateLimitFilter rateLimits,
            ConsoleConfig config) {
        this.logins = logins;
        this.browserSignIn = browserSignIn;
        this.registrations = registrations;
        this.rateLimits = rateLimits;
        this.config = config;
    }

    /**
     * Tells the console what it needs to know before anybody is signed in, and the CSRF token of
     * the session, if there is one. Whether the session is valid, the first request to the API
     * shows.
     */
    @GET
    @PermitAll
    @Operation(hidden = true)
    public Response read(@Context RoutingContext context) {
        requireEnabled();
        HttpServerRequest request = context.request();
        @Nullable String csrfToken =
                isFromAnotherOrigin(request)
                        ? null
                        : ConsoleSession.of(request.getCookie(ConsoleSession.COOKIE))
                                .map(ConsoleSession::csrfToken)
                                .orElse(null);
        return answer(csrfToken, null);
    }

    @POST
    @PermitAll
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response signIn(@Valid @NotNull SignInRequest request, @Context RoutingContext context) {
        requireOwnOrigin(context.request());
        AccessToken token =
                rateLimits.tryPassword(
                        request.username(),
                        InvalidCredentials.class,
                        () -> logins.login(request.username(), request.password()));
        return begin(token, context, null);
    }

    /** Makes an account for somebody who tries Parley out, and begins a session. */
    @POST
    @PermitAll
    @Path("/trial")
    @Operation(hidden = true)
    public Response tryOut(@Context RoutingContext context) {
        requireOwnOrigin(context.request());
        if (!isTrial()) {
            throw new NotFoundException();
        }
        TrialAccount account =
                new TrialAccount("guest-" + random(NAME_LENGTH), random(PASSWORD_LENGTH));
        rateLimits.register(() ->
                registrations.register(
                        new Registration(
                                account.username(),
                                account.username() + "@trial.invalid",
                                account.password(),
                                Optional.empty())));
        return begin(logins.login(account.username(), account.password()), context, account);
    }

    /**
     * Makes the browser forget the session. The token of a stolen cookie ends with its lifetime.
     */
    @DELETE
    @PermitAll
    @Operation(hidden = true)
    public void signOut(@Context RoutingContext context) {
        requireOwnOrigin(context.request());
        ConsoleSession.end(context);
    }

    private Response begin(
            AccessToken token, RoutingContext context, @Nullable TrialAccount account) {
        ConsoleSession session = new ConsoleSession(token.value());
        session.begin(context, token.expiresIn());
        return answer(session.csrfToken(), account);
    }

    private Response answer(@Nullable String csrfToken, @Nullable TrialAccount account) {
        ConsoleView view =
                new ConsoleView(
                        csrfToken,
                        isTrial(),
                        registrations.isOpen(),
                        browserSignIn.isConfigured(),
                        config.silenceTimeout().toSeconds(),
                        account);
        return Response.ok(view).header(HttpHeaders.CACHE_CONTROL, "no-store").build();
    }

    private void requireEnabled() {
        if (!config.enabled()) {
            throw new NotFoundException();
        }
    }

    /** Another site could begin a session that its visitor takes for their own. */
    private void requireOwnOrigin(HttpServerRequest request) {
        requireEnabled();
        if (isFromAnotherOrigin(request)) {
            throw new ForbiddenException();
        }
    }

    private boolean isTrial() {
        return registrations.isOpen() && EmbeddedDatabase.running().isPresent();
    }

    /** Fetch Metadata Request Headers (W3C); every browser of today sends them over https. */
    private static boolean isFromAnotherOrigin(HttpServerRequest request) {
        @Nullable String site = request.getHeader("Sec-Fetch-Site");
        return site != null && !site.equals("same-origin");
    }

    private String random(int length) {
        return randomness
                .ints(length, 0, ALPHABET.length())
                .mapToObj(index -> ALPHABET.substring(index, index + 1))
                .collect(Collectors.joining());
    }

    record SignInRequest(
            @NotNull @Storable @Size(max = 254) String username,
            @NotNull @Size(max = 1_000) String password) {

        /** Without the password. */
        @Override
        public String toString() {
            return "SignInRequest[" + username + "]";
        }
    }

    /** What the console knows about the server and its session. */
    @RegisterForReflection(targets = {ConsoleView.class, TrialAccount.class})
    record ConsoleView(
            @Nullable String csrfToken,
            boolean trial,
            boolean registrationOpen,
            boolean issuerSignIn,
            long silenceTimeoutSeconds,
            @Nullable TrialAccount account) {}

    /** The credentials of a new trial account, which are shown once. */
    record TrialAccount(String username, String password) {

        /** Without the password. */
        @Override
        public String toString() {
            return "TrialAccount[" + username + "]";
        }
    }
}
