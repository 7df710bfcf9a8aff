package dev.parley.conversation.web;

import dev.parley.api.paging.Page;
import dev.parley.api.paging.PageOrder;
import dev.parley.api.paging.PageQuery;
import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.validation.Storable;
import dev.parley.api.validation.Visible;
import dev.parley.conversation.ConversationDetails;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationService;
import dev.parley.conversation.MessageRole;
import dev.parley.conversation.StoredMessage;
import dev.parley.platform.identity.CurrentCaller;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The conversations of the current user and their messages. */
@Path("/api/conversations")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "conversations")
class ConversationResource {

    private static final int MAX_TITLE_LENGTH = 200;

    private final ConversationService conversations;
    private final CurrentCaller caller;

    ConversationResource(ConversationService conversations, CurrentCaller caller) {
        this.conversations = conversations;
        this.caller = caller;
    }

    @GET
    @Operation(operationId = "listConversations", summary = "List conversations, newest first")
    public Page<ConversationView> list(
            @Parameter(
                            description = "true for pinned conversations, false for the others",
                            schema = @Schema(type = SchemaType.BOOLEAN))
                    @QueryParam("pinned")
                    @Nullable String pinned,
            @BeanParam PageQuery query) {
        return Page.of(
                conversations.list(
                        caller.id(),
                        Optional.ofNullable(pinned).map(ConversationResource::flag),
                        query.afterId().map(ConversationId::new),
                        query.fetchSize()),
                query,
                ConversationDetails::id,
                ConversationView::of);
    }

    @GET
    @Path("/{id}")
    @Operation(
            operationId = "getConversation",
            summary = "Read a conversation; its ETag is its version")
    @APIResponse(
            responseCode = "200",
            description = "The conversation",
            headers = @Header(name = "ETag", ref = "ETag"),
            content = @Content(schema = @Schema(implementation = ConversationView.class)))
    public Response read(@PathParam("id") UUID id) {
        return responseWithETag(conversations.read(caller.id(), new ConversationId(id)));
    }

    @PATCH
    @Path("/{id}")
    @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
    @Operation(
            operationId = "renameConversation",
            summary = "Rename a conversation",
            description = "If-Match must have the ETag of the version that was read.")
    @APIResponse(
            responseCode = "200",
            description = "The conversation",
            headers = @Header(name = "ETag", ref = "ETag"),
            content = @Content(schema = @Schema(implementation = ConversationView.class)))
    @APIResponse(
            responseCode = "412",
            description = "version_conflict: the conversation was changed in the meantime")
    @APIResponse(responseCode = "428", description = "precondition_required: If-Match is missing")
    public Response rename(
            @PathParam("id") UUID id,
            @Parameter(description = "The version that was read, in quotes", example = "\"3\"")
                    @HeaderParam(HttpHeaders.IF_MATCH)
                    @Nullable String ifMatch,
            @Valid @NotNull RenameConversationRequest request) {
        return responseWithETag(
                conversations.rename(
                        caller.id(),
                        new ConversationId(id),
                        request.title().strip(),
                        IfMatch.versions(ifMatch)));
    }

    @PUT
    @Path("/{id}/pin")
    @Operation(
            operationId = "pinConversation",
            summary = "Pin a conversation",
            description =
                    "A pinned conversation keeps the time of its pin. A pin changes neither the"
                        + " version nor `updated_at`, and needs no If-Match; it never conflicts"
                        + " with a turn that runs. An account may have 100 pinned conversations.")
    @APIResponse(responseCode = "204", description = "The conversation is pinned")
    @APIResponse(
            responseCode = "409",
            description = "limit_reached: the account may pin no more conversations")
    public void pin(@PathParam("id") UUID id) {
        conversations.pin(caller.id(), new ConversationId(id));
    }

    @DELETE
    @Path("/{id}/pin")
    @Operation(
            operationId = "unpinConversation",
            summary = "Unpin a conversation",
            description =
                    "Succeeds also if the conversation is not pinned. Changes neither the version"
                            + " nor `updated_at`.")
    @APIResponse(responseCode = "204", description = "The conversation is not pinned")
    public void unpin(@PathParam("id") UUID id) {
        conversations.unpin(caller.id(), new ConversationId(id));
    }

    @DELETE
    @Path("/{id}")
    @Operation(
            operationId = "deleteConversation",
            summary = "Delete a conversation",
            description =
                    "Deletes its messages and turns too. Its queries still count for the quota.")
    @APIResponse(responseCode = "204", description = "The conversation was deleted")
    @APIResponse(
            responseCode = "409",
            description = "conversation_busy: a turn runs or waits; cancel the turn first")
    public void remove(@PathParam("id") UUID id) {
        conversations.remove(caller.id(), new ConversationId(id));
    }

    @GET
    @Path("/{id}/messages")
    @Operation(operationId = "listMessages", summary = "Read the messages of a conversation")
    public Page<MessageView> messages(
            @PathParam("id") UUID id, @BeanParam PageOrder order, @BeanParam PageQuery query) {
        ConversationId conversation = new ConversationId(id);
        return Page.of(
                order.isBackwards()
                        ? conversations.messagesBackwards(
                                caller.id(),
                                conversation,
                                query.afterPosition().orElse(Integer.MAX_VALUE),
                                query.fetchSize())
                        : conversations.messages(
                                caller.id(),
                                conversation,
                                query.afterPosition().orElse(0),
                                query.fetchSize()),
                query,
                StoredMessage::position,
                MessageView::of);
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidRequest("pinned", "must be true or false");
        };
    }

    private static Response responseWithETag(ConversationDetails conversation) {
        return Response.ok(ConversationView.of(conversation))
                .header(HttpHeaders.ETAG, "\"%d\"".formatted(conversation.version()))
                .build();
    }

    record RenameConversationRequest(
            @Schema(examples = "Groceries")
                    @NotBlank
                    @Visible
                    @Storable
                    @Size(max = MAX_TITLE_LENGTH)
                    String title) {}

    record ConversationView(
            UUID id,
            String title,
            String agentType,
            long version,
            int messageCount,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant pinnedAt) {

        static ConversationView of(ConversationDetails conversation) {
            return new ConversationView(
                    conversation.id().value(),
                    conversation.title(),
                    conversation.agentType(),
                    conversation.version(),
                    conversation.messageCount(),
                    conversation.createdAt(),
                    conversation.updatedAt(),
                    conversation.pinnedAt().orElse(null));
        }
    }

    record MessageView(UUID id, UUID turnId, MessageRole role, String content, Instant createdAt) {

        static MessageView of(StoredMessage message) {
            return new MessageView(
                    message.id().value(),
                    message.turnId(),
                    message.role(),
                    message.content(),
                    message.createdAt());
        }
    }
}
