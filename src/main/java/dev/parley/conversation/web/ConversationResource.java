package dev.parley.conversation.web;

import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationSummary;
import dev.parley.conversation.Role;
import dev.parley.conversation.StoredMessage;
import dev.parley.conversation.UserConversations;
import dev.parley.identity.CurrentCaller;
import dev.parley.web.Page;
import dev.parley.web.PageQuery;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** A user's conversations and what was said in them. */
@Path("/api/conversations")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "conversations")
class ConversationResource {

    private final UserConversations conversations;
    private final CurrentCaller caller;

    ConversationResource(UserConversations conversations, CurrentCaller caller) {
        this.conversations = conversations;
        this.caller = caller;
    }

    @GET
    @Operation(summary = "List conversations, newest first")
    public Page<ConversationView> list(@BeanParam PageQuery query) {
        return Page.of(
                conversations.list(
                        caller.id(), query.afterId().map(ConversationId::new), query.oneMore()),
                query,
                ConversationSummary::id,
                ConversationView::of);
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "Read a conversation")
    public ConversationView read(@PathParam("id") UUID id) {
        return ConversationView.of(conversations.read(caller.id(), new ConversationId(id)));
    }

    @GET
    @Path("/{id}/messages")
    @Operation(summary = "Read what was said, oldest first")
    public Page<MessageView> messages(@PathParam("id") UUID id, @BeanParam PageQuery query) {
        return Page.of(
                conversations.messages(
                        caller.id(),
                        new ConversationId(id),
                        query.afterPosition().orElse(0),
                        query.oneMore()),
                query,
                StoredMessage::position,
                MessageView::of);
    }

    record ConversationView(
            UUID id,
            String title,
            String agentType,
            long version,
            int messageCount,
            Instant createdAt,
            Instant updatedAt) {

        static ConversationView of(ConversationSummary conversation) {
            return new ConversationView(
                    conversation.id().value(),
                    conversation.title(),
                    conversation.agentType(),
                    conversation.version(),
                    conversation.messageCount(),
                    conversation.createdAt(),
                    conversation.updatedAt());
        }
    }

    record MessageView(UUID id, UUID turnId, Role role, String content, Instant createdAt) {

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
