package dev.parley.turn.web.http;

import dev.parley.api.paging.Page;
import dev.parley.api.paging.PageQuery;
import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.validation.QueryParameterValidator;
import dev.parley.platform.identity.CurrentCaller;
import dev.parley.turn.Approval;
import dev.parley.turn.ApprovalStatus;
import dev.parley.turn.TurnId;
import dev.parley.turn.store.ApprovalStore;
import dev.parley.turn.web.ApprovalView;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Tool calls that wait for a person. */
@Path("/api/approvals")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "approvals")
class ApprovalResource {

    /** The status that lists approvals of any status. */
    private static final String ALL = "all";

    private final ApprovalStore approvals;
    private final CurrentCaller caller;

    ApprovalResource(ApprovalStore approvals, CurrentCaller caller) {
        this.approvals = approvals;
        this.caller = caller;
    }

    @GET
    @Operation(
            operationId = "listApprovals",
            summary = "List approvals, newest turn first",
            description =
                    "Tool calls that wait for the user. An administrator also gets the open calls"
                            + " of other users that an administrator has to decide. Unknown query"
                            + " parameters are refused.")
    public Page<ApprovalView> list(
            @Parameter(
                            description =
                                    "Only approvals of this status: open (the default), approved,"
                                            + " denied, expired, cancelled, or all",
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            enumeration = {
                                                "open",
                                                "approved",
                                                "denied",
                                                "expired",
                                                "cancelled",
                                                "all"
                                            },
                                            defaultValue = "open"))
                    @QueryParam("status")
                    @Nullable String status,
            @BeanParam PageQuery query,
            @Context UriInfo uri) {
        QueryParameterValidator.require(uri, "status", "cursor", "limit");
        return Page.of(
                approvals.inbox(
                        caller.get(),
                        status == null ? ApprovalStatus.OPEN : status(status),
                        query.afterText().map(ApprovalResource::key).orElse(null),
                        query.fetchSize()),
                query,
                approval -> approval.turn() + " " + approval.request().step(),
                ApprovalView::of);
    }

    private static @Nullable ApprovalStatus status(String text) {
        return text.equals(ALL)
                ? null
                : ApprovalStatus.of(text)
                        .orElseThrow(() ->
                                new InvalidRequest(
                                        "status",
                                        "must be one of %s, %s"
                                                .formatted(
                                                        Arrays.stream(ApprovalStatus.values())
                                                                .map(ApprovalStatus::text)
                                                                .collect(Collectors.joining(", ")),
                                                        ALL)));
    }

    private static Approval.Key key(String cursor) {
        String[] parts = cursor.split(" ", 2);
        try {
            return new Approval.Key(
                    new TurnId(UUID.fromString(parts[0])), parts.length == 2 ? parts[1] : "");
        } catch (IllegalArgumentException failure) {
            throw new InvalidRequest("cursor", "must be the next_cursor of a previous page");
        }
    }
}
