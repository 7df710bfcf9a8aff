package dev.parley.turn.web.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.validation.EntityTags;
import dev.parley.api.validation.Storable;
import dev.parley.platform.identity.CurrentCaller;
import dev.parley.platform.value.JsonDepth;
import dev.parley.turn.ApprovalDecision;
import dev.parley.turn.TurnId;
import dev.parley.turn.engine.TurnApprovals;
import dev.parley.turn.web.ApprovalView;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Decides whether tool calls run. */
@Path("/api/turns/{id}/steps/{step}")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "approvals")
@APIResponse(
        responseCode = "200",
        description = "The approval after the decision",
        content =
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(implementation = ApprovalView.class)))
@APIResponse(
        responseCode = "409",
        description = "already_decided: it was decided otherwise, or the turn has ended")
@APIResponse(
        responseCode = "410",
        description = "approval_expired: nobody decided in time; the turn goes on without it")
@APIResponse(
        responseCode = "412",
        description = "version_conflict: the arguments are not those of If-Match")
class StepResource {

    /** As long as a model's arguments may be. */
    private static final int MAX_ARGUMENTS_LENGTH = 64_000;

    private static final String HASH_DESCRIPTION =
            "The `arguments_hash` that the approver has seen, in quotation marks; without it, or"
                    + " with `*`, the stored arguments are meant";

    private final TurnApprovals decisions;
    private final CurrentCaller caller;

    StepResource(TurnApprovals decisions, CurrentCaller caller) {
        this.decisions = decisions;
        this.caller = caller;
    }

    @POST
    @Path("/approve")
    @Operation(
            operationId = "approveStep",
            summary = "Approve a tool call",
            description =
                    "The call runs once, with the stored arguments or with those given here. The"
                            + " turn goes on when nothing else of it is to be decided, and is not"
                            + " charged again. The same decision again changes nothing.")
    public ApprovalView approve(
            @PathParam("id") UUID id,
            @Parameter(description = "The path of the step, such as 2 or 2.1") @PathParam("step")
                    String step,
            @Parameter(description = HASH_DESCRIPTION) @HeaderParam("If-Match")
                    @Nullable String ifMatch,
            @Valid @NotNull ApproveRequest request) {
        return decide(
                id,
                step,
                new ApprovalDecision.Approve(
                        Optional.ofNullable(request.arguments())
                                .filter(arguments -> !arguments.isNull())
                                .map(StepResource::bounded)),
                ifMatch);
    }

    @POST
    @Path("/deny")
    @Operation(
            operationId = "denyStep",
            summary = "Deny a tool call",
            description =
                    "The call does not run, and the agent gets the reason. The turn goes on when"
                        + " nothing else of it is to be decided. The same decision again changes"
                        + " nothing.")
    public ApprovalView deny(
            @PathParam("id") UUID id,
            @Parameter(description = "The path of the step, such as 2 or 2.1") @PathParam("step")
                    String step,
            @Parameter(description = HASH_DESCRIPTION) @HeaderParam("If-Match")
                    @Nullable String ifMatch,
            @Valid @NotNull DenyRequest request) {
        return decide(
                id,
                step,
                new ApprovalDecision.Deny(
                        Optional.ofNullable(request.reason()).filter(reason -> !reason.isBlank())),
                ifMatch);
    }

    private ApprovalView decide(
            UUID turn, String step, ApprovalDecision decision, @Nullable String ifMatch) {
        return ApprovalView.of(
                decisions.decide(
                        caller.get(),
                        new TurnId(turn),
                        step,
                        decision,
                        ifMatch == null
                                ? Set.of()
                                : EntityTags.ofIfMatch(
                                        ifMatch,
                                        "arguments_hash that was read, in quotation marks")));
    }

    private static JsonNode bounded(JsonNode arguments) {
        if (!arguments.isObject()) {
            throw new InvalidRequest("arguments", "must be an object");
        }
        if (JsonDepth.isTooDeep(arguments)) {
            throw new InvalidRequest(
                    "arguments",
                    "must not be nested more than %d levels deep".formatted(JsonDepth.MAX));
        }
        if (arguments.toString().length() > MAX_ARGUMENTS_LENGTH) {
            throw new InvalidRequest(
                    "arguments",
                    "must not be longer than %d characters".formatted(MAX_ARGUMENTS_LENGTH));
        }
        return arguments;
    }

    /** The arguments to run instead of the stored ones. */
    record ApproveRequest(
            @Schema(
                            description =
                                    "All arguments, to run instead of the stored ones; without"
                                            + " them, the stored arguments run",
                            examples = "{\"title\":\"Buy oat milk\"}",
                            type = SchemaType.OBJECT,
                            implementation = Object.class)
                    @Nullable JsonNode arguments) {}

    /** Why the call does not run. */
    record DenyRequest(
            @Schema(description = "The reason, for the agent", examples = "Not this one")
                    @Nullable
                    @Size(max = 1_000)
                    @Storable
                    String reason) {}
}
