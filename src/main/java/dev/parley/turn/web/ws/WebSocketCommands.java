package dev.parley.turn.web.ws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.api.filter.RateLimitFilter;
import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.problem.Problems;
import dev.parley.api.websocket.WebSocketQuery;
import dev.parley.platform.identity.IdentityRevalidator;
import dev.parley.platform.identity.UserId;
import dev.parley.ratelimit.LimitedAction;
import dev.parley.ratelimit.RateLimitExceeded;
import dev.parley.turn.TurnId;
import dev.parley.turn.engine.TurnCanceller;
import dev.parley.turn.engine.TurnEngine;
import dev.parley.turn.engine.TurnHandle;
import dev.parley.turn.stream.TurnStream;
import dev.parley.turn.stream.remote.EventPump;
import dev.parley.turn.stream.remote.TurnStreams;
import dev.parley.turn.web.ChatRequest;
import dev.parley.turn.web.EventJson;
import dev.parley.turn.web.QueueCommands;
import io.quarkus.arc.All;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The operations behind the commands of a WebSocket; one instance serves all sessions. */
@ApplicationScoped
class WebSocketCommands {

    private static final String CONVERSATION = "conversation_id";

    private final IdentityRevalidator revalidator;
    private final RateLimitFilter rateLimits;
    private final TurnEngine engine;
    private final TurnCanceller canceller;
    private final TurnStreams streams;
    private final QueueCommands queue;
    private final List<WebSocketQuery> queries;
    private final EventJson events;
    private final Problems problems;
    private final Validator validator;
    private final ObjectMapper json;
    private final Vertx vertx;

    WebSocketCommands(
            IdentityRevalidator revalidator,
            RateLimitFilter rateLimits,
            TurnEngine engine,
            TurnCanceller canceller,
            TurnStreams streams,
            QueueCommands queue,
            @All List<WebSocketQuery> queries,
            EventJson events,
            Problems problems,
            Validator validator,
            ObjectMapper json,
            Vertx vertx) {
        this.revalidator = revalidator;
        this.rateLimits = rateLimits;
        this.engine = engine;
        this.canceller = canceller;
        this.streams = streams;
        this.queue = queue;
        this.queries = queries;
        this.events = events;
        this.problems = problems;
        this.validator = validator;
        this.json = json;
        this.vertx = vertx;
    }

    /**
     * @throws AuthenticationFailedException if the identity that opened the WebSocket is no longer
     *     valid
     */
    void requireAuthenticated(SecurityIdentity identity) {
        revalidator.requireValid(identity);
    }

    /**
     * @throws RateLimitExceeded if the user exceeds the limit
     */
    void consumeRateLimit(LimitedAction limit, UserId user) {
        rateLimits.enter(limit, user);
    }

    /**
     * @throws InvalidRequest if the message is not a JSON object
     */
    ObjectNode parse(String message) throws JsonProcessingException {
        JsonNode parsed = json.readTree(message);
        if (parsed instanceof ObjectNode object) {
            return object;
        }
        throw new InvalidRequest("body", "must be a JSON object");
    }

    /** Opens a turn, as {@code POST /api/chat} does. */
    TurnStream openTurn(UserId user, ObjectNode body, @Nullable String key)
            throws JsonProcessingException {
        ChatRequest request = json.treeToValue(body, ChatRequest.class);
        Set<ConstraintViolation<ChatRequest>> violations = validator.validate(request);
        if (!violations.isEmpty()) {
            throw new ConstraintViolationException(violations);
        }
        TurnHandle handle = engine.submit(request.toTurnRequest(user, key));
        return handle.stream().orElseGet(() -> streams.open(user, handle.id()));
    }

    TurnStream find(UserId user, UUID turn) {
        return streams.open(user, new TurnId(turn));
    }

    void cancel(UserId user, UUID turn) {
        canceller.request(user, new TurnId(turn));
    }

    /** The queued turns of a conversation, as a message. */
    ObjectNode listQueue(UserId user, UUID conversation) {
        ObjectNode message = message("queue.listed").put(CONVERSATION, conversation.toString());
        return message.set("data", json.valueToTree(queue.list(user, conversation)));
    }

    /** Removes a queued turn, and says so in a message. */
    ObjectNode removeQueued(UserId user, UUID conversation, UUID turn) {
        queue.remove(user, conversation, turn);
        return message("queue.removed")
                .put(CONVERSATION, conversation.toString())
                .put("turn_id", turn.toString());
    }

    /** Replaces the message of a queued turn. Returns the turn as a message. */
    ObjectNode editQueued(UserId user, UUID conversation, UUID turn, @Nullable String newMessage) {
        ObjectNode edited = json.valueToTree(queue.edit(user, conversation, turn, newMessage));
        return message("queue.edited").put(CONVERSATION, conversation.toString()).setAll(edited);
    }

    /**
     * The command of another module.
     *
     * @throws InvalidRequest if no module has a command of this type
     */
    WebSocketQuery query(@Nullable String type) {
        return queries.stream()
                .filter(query -> query.command().equals(type))
                .findFirst()
                .orElseThrow(() -> new InvalidRequest("type", oneOfCommands()));
    }

    /** What another module answers, as a message. */
    ObjectNode answer(WebSocketQuery query, UserId user) {
        ObjectNode answer = json.valueToTree(query.read(user));
        return message(query.answer()).setAll(answer);
    }

    private String oneOfCommands() {
        return "must be one of chat, follow, cancel, queue, remove, edit, "
                + queries.stream()
                        .map(WebSocketQuery::command)
                        .sorted()
                        .collect(Collectors.joining(", "));
    }

    private static ObjectNode message(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    EventPump pump(TurnStream stream, long after, EventPump.Receiver receiver, Executor executor) {
        return EventPump.start(streams, stream, after, receiver, executor);
    }

    EventJson events() {
        return events;
    }

    /** A problem as a message, with the client's reference for the failed command. */
    ObjectNode problem(Throwable failure, @Nullable String ref) {
        ObjectNode message = message("problem");
        if (ref != null) {
            message.put("ref", ref);
        }
        ObjectNode problem = json.valueToTree(problems.of(failure));
        problem.set("problem_type", problem.remove("type"));
        return message.setAll(problem);
    }

    /** The message with the user's number of unread notifications. */
    ObjectNode unread(long unread) {
        return message("notifications.unread").put("unread", unread);
    }

    Executor eventLoop() {
        io.vertx.core.Context context = vertx.getOrCreateContext();
        return task -> context.runOnContext(_ -> task.run());
    }
}
