package dev.parley.account.web;

import dev.parley.account.InvitationService;
import dev.parley.account.InvitationService.NewInvitation;
import dev.parley.account.InvitationView;
import dev.parley.api.paging.Page;
import dev.parley.api.paging.PageQuery;
import dev.parley.platform.identity.Roles;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Lets administrators invite people, where {@code parley.auth.registration} is {@code invited}. */
@Path("/api/admin/invitations")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "administration")
class InvitationResource {

    private static final int DEFAULT_DAYS = 7;
    private static final int MAX_DAYS = 90;

    private final InvitationService invitations;

    InvitationResource(InvitationService invitations) {
        this.invitations = invitations;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "createInvitation",
            summary = "Invite somebody",
            description = "The code is shown once, and is good for one registration")
    @APIResponse(
            responseCode = "201",
            description = "The invitation with its code",
            content = @Content(schema = @Schema(implementation = CreatedInvitationView.class)))
    @APIResponse(responseCode = "409", description = "limit_reached: 1,000 are open")
    public Response create(@Valid @NotNull InviteRequest request) {
        int days = request.days() == null ? DEFAULT_DAYS : request.days();
        return Response.status(Response.Status.CREATED)
                .entity(CreatedInvitationView.of(invitations.create(Duration.ofDays(days))))
                .build();
    }

    @GET
    @Operation(
            operationId = "listInvitations",
            summary = "List the invitations that were not used, newest first")
    public Page<OpenInvitationView> list(@BeanParam PageQuery query) {
        List<InvitationView> page = invitations.list(query.afterId(), query.fetchSize());
        return Page.of(page, query, InvitationView::id, OpenInvitationView::of);
    }

    @DELETE
    @Path("/{id}")
    @Operation(operationId = "revokeInvitation", summary = "Revoke an invitation")
    @APIResponse(responseCode = "204", description = "The invitation is revoked")
    public void revoke(@PathParam("id") UUID id) {
        if (!invitations.revoke(id)) {
            throw new NotFoundException();
        }
    }

    record InviteRequest(
            @Schema(description = "Days until the invitation expires; 7 without", examples = "7")
                    @Min(1)
                    @Max(MAX_DAYS)
                    @Nullable Integer days) {}

    /** An invitation without its code. */
    record OpenInvitationView(UUID id, Instant createdAt, Instant expiresAt) {

        static OpenInvitationView of(InvitationView invitation) {
            return new OpenInvitationView(
                    invitation.id(), invitation.createdAt(), invitation.expiresAt());
        }
    }

    /** An invitation with its code. */
    record CreatedInvitationView(UUID id, String code, Instant createdAt, Instant expiresAt) {

        static CreatedInvitationView of(NewInvitation created) {
            InvitationView invitation = created.invitation();
            return new CreatedInvitationView(
                    invitation.id(),
                    created.code(),
                    invitation.createdAt(),
                    invitation.expiresAt());
        }

        /** Without the code. */
        @Override
        public String toString() {
            return "CreatedInvitationView[" + id + "]";
        }
    }
}
