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

/** Search in the messages of the current user and the replies to them. */
@Path("/api/messages")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "conversations")
class SearchResource {

    private static final int MAX_QUERY_LENGTH = 200;

    private final ConversationService conversations;
    private final CurrentCaller caller;

    SearchResource(ConversationService conversations, CurrentCaller caller) {
        this.conversations = conversations;
        this.caller = caller;
    }

    @GET
    @Operation(
            operationId = "searchMessages",
            summary = "Search the user's messages and the replies to them, newest first",
            description =
                    "Matches whole words, ignoring case. Quotes enclose a phrase, a minus before a"
                            + " word excludes the word, \"or\" separates alternatives. Searches the"
                            + " first 100,000 characters of each message.")
    public Page<SearchHitView> search(
            @Parameter(description = "1 to 200 characters", required = true, example = "milk")
                    @QueryParam("q")
                    @Nullable String words,
            @BeanParam PageQuery query) {
        return Page.of(
                conversations.search(
                        caller.id(),
                        validated(words),
                        query.afterId().map(MessageId::new),
                        query.fetchSize()),
                query,
                hit -> hit.message().id().value(),
                SearchHitView::of);
    }

    private static String validated(@Nullable String words) {
        if (words == null
                || words.isBlank()
                || words.length() > MAX_QUERY_LENGTH
                || !StorableText.isStorable(words)) {
            throw new InvalidRequest(
                    "q", "must be 1 to %d characters to search for".formatted(MAX_QUERY_LENGTH));
        }
        return words;
    }

    record SearchHitView(
            UUID id,
            UUID conversationId,
            UUID turnId,
            MessageRole role,
            String content,
            Instant createdAt) {

        static SearchHitView of(SearchHit hit) {
            return new SearchHitView(
                    hit.message().id().value(),
                    hit.conversation().value(),
                    hit.message().turnId(),
                    hit.message().role(),
                    hit.message().content(),
                    hit.message().createdAt());
        }
    }
}
