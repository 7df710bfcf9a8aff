package dev.parley.account.web;

import dev.parley.account.AccountAdministration;
import dev.parley.account.AccountQueries;
import dev.parley.account.AccountView;
import dev.parley.account.web.AuthResource.Account;
import dev.parley.api.paging.Page;
import dev.parley.api.paging.PageQuery;
import dev.parley.api.problem.InvalidRequest;
import dev.parley.platform.identity.Roles;
import dev.parley.platform.identity.UserId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Lets administrators list, read, disable and enable users. */
@Path("/api/admin/users")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "administration")
class UsersResource {

    private static final int MAX_NAME_LENGTH = 254;

    private final AccountQueries accounts;
    private final AccountAdministration administration;

    UsersResource(AccountQueries accounts, AccountAdministration administration) {
        this.accounts = accounts;
        this.administration = administration;
    }

    @GET
    @Operation(operationId = "listUsers", summary = "List users, newest first, or find one by name")
    public Page<Account> list(
            @Parameter(description = "The full username, ignoring case", example = "ada")
                    @QueryParam("username")
                    @Nullable String username,
            @BeanParam PageQuery query) {
        List<AccountView> accountViews =
                username == null
                        ? accounts.list(query.afterId().map(UserId::new), query.fetchSize())
                        : accounts.named(validated(username)).stream().toList();
        return Page.of(accountViews, query, AccountView::id, Account::of);
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "getUser", summary = "Read a user")
    public Account read(@PathParam("id") UUID id) {
        return accounts.read(new UserId(id)).map(Account::of).orElseThrow(NotFoundException::new);
    }

    @PATCH
    @Path("/{id}")
    @Consumes({"application/merge-patch+json", MediaType.APPLICATION_JSON})
    @Operation(
            operationId = "updateUser",
            summary = "Disable or enable a user",
            description =
                    "A disabled user cannot log in, has no valid tokens and no running turns; the"
                            + " data stay")
    @APIResponse(
            responseCode = "200",
            description = "The user",
            content = @Content(schema = @Schema(implementation = Account.class)))
    @APIResponse(responseCode = "409", description = "last_admin: no other one is enabled")
    public Account change(@PathParam("id") UUID id, @Valid @NotNull UpdateUserRequest change) {
        UserId user = new UserId(id);
        return Account.of(
                change.disabled() ? administration.disable(user) : administration.enable(user));
    }

    @DELETE
    @Path("/{id}/tokens")
    @Operation(operationId = "endUserTokens", summary = "End all tokens of a user")
    @APIResponse(responseCode = "204", description = "The tokens have ended")
    public void endTokens(@PathParam("id") UUID id) {
        administration.endTokens(new UserId(id));
    }

    record UpdateUserRequest(@Schema(examples = "true") @NotNull Boolean disabled) {}

    private static String validated(String username) {
        if (username.length() > MAX_NAME_LENGTH || username.indexOf('\0') >= 0) {
            throw new InvalidRequest("username", "must be the name of a user");
        }
        return username;
    }
}
