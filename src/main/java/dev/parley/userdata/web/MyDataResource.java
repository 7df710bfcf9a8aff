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

/** The HTTP API to export and erase the current user's data. */
@Path("/api/me")
@Authenticated
@RunOnVirtualThread
@Tag(name = "accounts")
class MyDataResource {

    private final EraseUser eraseUser;
    private final ExportUser exportUser;
    private final StreamingResponses streamingResponses;
    private final CurrentCaller caller;

    MyDataResource(
            EraseUser eraseUser,
            ExportUser exportUser,
            StreamingResponses streamingResponses,
            CurrentCaller caller) {
        this.streamingResponses = streamingResponses;
        this.eraseUser = eraseUser;
        this.exportUser = exportUser;
        this.caller = caller;
    }

    @GET
    @Path("/export")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "exportMe",
            summary = "Export all data of the current user",
            description =
                    "Streams one JSON document with an array for each table. Secrets, such as the"
                            + " password hash, are left out.")
    @APIResponse(
            responseCode = "200",
            description = "The exported data",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(type = SchemaType.OBJECT)))
    @APIResponse(responseCode = "503", description = "overloaded: too many concurrent exports")
    public Response export() {
        UserId user = caller.id();
        ExportUser.Prepared prepared = exportUser.of(user);
        try {
            return response(user, prepared);
        } catch (RuntimeException failure) {
            prepared.close();
            throw failure;
        }
    }

    private Response response(UserId user, ExportUser.Prepared prepared) {
        return Response.ok(
                        streamingResponses.of(prepared::write, prepared::pause, prepared::close),
                        MediaType.APPLICATION_JSON_TYPE)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"parley-%s.json\"".formatted(user))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    @DELETE
    @Operation(
            operationId = "eraseMe",
            summary = "Erase the current user",
            description =
                    "Cancels running turns, then deletes the account and all its data in one"
                        + " transaction. This cannot be undone. The last administrator cannot be"
                        + " erased.")
    @APIResponse(responseCode = "204", description = "The account and all its data are erased")
    @APIResponse(
            responseCode = "409",
            description = "last_admin: the last administrator cannot be erased")
    public void erase() {
        eraseUser.erase(caller.id());
    }
}
