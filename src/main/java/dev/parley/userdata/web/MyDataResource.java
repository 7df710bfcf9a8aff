package dev.parley.userdata.web;

import dev.parley.api.streaming.StreamingResponses;
import dev.parley.platform.identity.CurrentCaller;
import dev.parley.platform.identity.UserId;
import dev.parley.userdata.EraseUser;
import dev.parley.userdata.ExportUser;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** One's data as a whole: told, and forgotten. */
@Path("/api/me")
@Authenticated
@RunOnVirtualThread
@Tag(name = "accounts")
class MyDataResource {

    private final EraseUser eraseUser;
    private final ExportUser exportUser;
    private final StreamingResponses answers;
    private final CurrentCaller caller;

    MyDataResource(
            EraseUser eraseUser,
            ExportUser exportUser,
            StreamingResponses answers,
            CurrentCaller caller) {
        this.answers = answers;
        this.eraseUser = eraseUser;
        this.exportUser = exportUser;
        this.caller = caller;
    }

    @GET
    @Path("/export")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Export all data of the current user",
            description =
                    "One JSON document with an array for each kind of thing, streamed. Secrets,"
                            + " such as the password's hash, are left out.")
    @APIResponse(
            responseCode = "200",
            description = "The document",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(type = SchemaType.OBJECT)))
    @APIResponse(responseCode = "503", description = "overloaded: too many exports at once")
    public Response export() {
        UserId user = caller.id();
        ExportUser.Prepared prepared = exportUser.of(user);
        try {
            return answer(user, prepared);
        } catch (RuntimeException failure) {
            prepared.close();
            throw failure;
        }
    }

    private Response answer(UserId user, ExportUser.Prepared prepared) {
        return Response.ok(
                        answers.of(prepared::write, prepared::close),
                        MediaType.APPLICATION_JSON_TYPE)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"parley-%s.json\"".formatted(user))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    @DELETE
    @Operation(
            summary = "Erase the current user",
            description =
                    "Cancels what runs, then removes everything of the account in one transaction."
                            + " It cannot be undone. The last administrator stays.")
    @APIResponse(responseCode = "204", description = "Everything is gone")
    @APIResponse(responseCode = "409", description = "last_admin")
    public void erase() {
        eraseUser.erase(caller.id());
    }
}
