package dev.parley.account.web;

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
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Lets administrators list and read users. */
@Path("/api/admin/users")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "administration")
class UsersResource {

    private static final int MAX_NAME_LENGTH = 254;

    private final AccountQueries accounts;

    UsersResource(AccountQueries accounts) {
        this.accounts = accounts;
    }

    @GET
    @Operation(summary = "List users, newest first, or find one by name")
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
    @Operation(summary = "Read a user")
    public Account read(@PathParam("id") UUID id) {
        return accounts.read(new UserId(id)).map(Account::of).orElseThrow(NotFoundException::new);
    }

    private static String validated(String username) {
        if (username.length() > MAX_NAME_LENGTH || username.indexOf('\0') >= 0) {
            throw new InvalidRequest("username", "must be the name of a user");
        }
        return username;
    }
}
