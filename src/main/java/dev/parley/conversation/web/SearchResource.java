package dev.parley.conversation.web;

import dev.parley.api.paging.Page;
import dev.parley.api.paging.PageQuery;
import dev.parley.api.problem.InvalidRequest;
import dev.parley.conversation.ConversationService;
import dev.parley.conversation.MessageId;
import dev.parley.conversation.MessageRole;
import dev.parley.conversation.SearchHit;
import dev.parley.platform.identity.CurrentCaller;
import dev.parley.platform.value.StorableText;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Search in what a user has said and was told. */
@Path("/api/messages")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "conversations")
class SearchResource {

    private static final int MAX_LENGTH = 200;

    private final ConversationService conversations;
    private final CurrentCaller caller;

    SearchResource(ConversationService conversations, CurrentCaller caller) {
        this.conversations = conversations;
        this.caller = caller;
    }

    @GET
    @Operation(
            summary = "Search the user's messages and the replies to them, newest first",
            description =
                    "Whole words, in whatever case; words in quotes belong together, a minus before"
                        + " a word excludes it, or stands between alternatives. The first 100,000"
                        + " characters of a message are searched.")
    public Page<FoundView> search(
            @Parameter(description = "1 to 200 characters", required = true, example = "milk")
                    @QueryParam("q")
                    @Nullable String words,
            @BeanParam PageQuery query) {
        return Page.of(
                conversations.search(
                        caller.id(),
                        required(words),
                        query.afterId().map(MessageId::new),
                        query.fetchSize()),
                query,
                found -> found.message().id().value(),
                FoundView::of);
    }

    private static String required(@Nullable String words) {
        if (words == null
                || words.isBlank()
                || words.length() > MAX_LENGTH
                || !StorableText.isStorable(words)) {
            throw new InvalidRequest(
                    "q", "must be 1 to %d characters to search for".formatted(MAX_LENGTH));
        }
        return words;
    }

    record FoundView(
            UUID id,
            UUID conversationId,
            UUID turnId,
            MessageRole role,
            String content,
            Instant createdAt) {

        static FoundView of(SearchHit found) {
            return new FoundView(
                    found.message().id().value(),
                    found.conversation().value(),
                    found.message().turnId(),
                    found.message().role(),
                    found.message().content(),
                    found.message().createdAt());
        }
    }
}
