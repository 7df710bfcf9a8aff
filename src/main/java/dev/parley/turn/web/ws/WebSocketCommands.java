package dev.parley.turn.web.ws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.api.filter.RateLimitFilter;
import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.problem.Problems;
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
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What every socket needs so as to do what it is asked. */
@ApplicationScoped
class WebSocketCommands {

    private final IdentityRevalidator stillWelcome;
    private final RateLimitFilter turnstile;
    private final TurnEngine takeTurn;
    private final TurnCanceller cancel;
    private final TurnStreams following;
    private final EventJson events;
    private final Problems problems;
    private final Validator validator;
    private final ObjectMapper json;
    private final Vertx vertx;

    WebSocketCommands(
            IdentityRevalidator stillWelcome,
            RateLimitFilter turnstile,
            TurnEngine takeTurn,
            TurnCanceller cancel,
            TurnStreams following,
            EventJson events,
            Problems problems,
            Validator validator,
            ObjectMapper json,
            Vertx vertx) {
        this.stillWelcome = stillWelcome;
        this.turnstile = turnstile;
        this.takeTurn = takeTurn;
        this.cancel = cancel;
        this.following = following;
        this.events = events;
        this.problems = problems;
        this.validator = validator;
        this.json = json;
        this.vertx = vertx;
    }

    /**
     * @throws AuthenticationFailedException where whoever opened the socket may not come in any
     *     more
     */
    void requireAuthenticated(SecurityIdentity identity) {
        stillWelcome.requireValid(identity);
    }

    /**
     * @throws RateLimitExceeded where the user comes too fast
     */
    void enter(LimitedAction limit, UserId user) {
        turnstile.enter(limit, user);
    }

    /**
     * @throws InvalidRequest where it is not a JSON object
     */
    ObjectNode read(String message) throws JsonProcessingException {
        JsonNode read = json.readTree(message);
        if (read instanceof ObjectNode object) {
            return object;
        }
        throw new InvalidRequest("body", "must be a JSON object");
    }

    /** Begins a turn, as {@code POST /api/chat} does. */
    TurnStream begin(UserId user, ObjectNode said, @Nullable String key)
            throws JsonProcessingException {
        ChatRequest request = json.treeToValue(said, ChatRequest.class);
        Set<ConstraintViolation<ChatRequest>> violations = validator.validate(request);
        if (!violations.isEmpty()) {
            throw new ConstraintViolationException(violations);
        }
        TurnHandle begun = takeTurn.submit(request.toTurnRequest(user, key));
        return begun.stream().orElseGet(() -> following.open(user, begun.id()));
    }

    TurnStream find(UserId user, UUID turn) {
        return following.open(user, new TurnId(turn));
    }

    void cancel(UserId user, UUID turn) {
        cancel.request(user, new TurnId(turn));
    }

    EventPump pump(TurnStream stream, long after, EventPump.Receiver receiver, Executor executor) {
        return EventPump.start(following, stream, after, receiver, executor);
    }

    EventJson events() {
        return events;
    }

    /** A problem as a message, with the client's own reference to what it asked. */
    ObjectNode problem(Throwable failure, @Nullable String ref) {
        ObjectNode told = JsonNodeFactory.instance.objectNode().put("type", "problem");
        if (ref != null) {
            told.put("ref", ref);
        }
        ObjectNode problem = json.valueToTree(problems.of(failure));
        problem.set("problem_type", problem.remove("type"));
        return told.setAll(problem);
    }

    /** How many notifications the socket's user has not read. */
    ObjectNode unread(long unread) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "notifications.unread")
                .put("unread", unread);
    }

    Executor eventLoop() {
        io.vertx.core.Context context = vertx.getOrCreateContext();
        return work -> context.runOnContext(nothing -> work.run());
    }
}
