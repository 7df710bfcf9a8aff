package dev.parley.userdata.web;

import dev.parley.platform.identity.Roles;
import dev.parley.platform.identity.UserId;
import dev.parley.userdata.EraseUser;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The HTTP API for administrators to erase users. */
@Path("/api/admin/users")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Tag(name = "administration")
class AdminUserResource {

    private final EraseUser eraseUser;

    AdminUserResource(EraseUser eraseUser) {
        this.eraseUser = eraseUser;
    }

    @DELETE
    @Path("/{id}")
    @Operation(
            operationId = "eraseUser",
            summary = "Erase a user",
            description = "Same effect as DELETE /api/me by the user. This cannot be undone.")
    @APIResponse(responseCode = "204", description = "The user and all data of the user are erased")
    @APIResponse(
            responseCode = "409",
            description = "last_admin: the last administrator cannot be erased")
    public void erase(@PathParam("id") UUID id) {
        eraseUser.erase(new UserId(id));
    }
}
