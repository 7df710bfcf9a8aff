package dev.parley.agent.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentRequest.ChatMessage;
import dev.parley.agent.AgentRequest.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * What an agent lets its model read in one turn, and the part of it that fits the model's context:
 * the system message, the definitions of the tools, the history, the message to answer, and the
 * rounds of the turn so far with the messages that have joined it.
 *
 * <p>A quarter of the context is reserved for what the model writes. If the rest is too small, the
 * history is left out first, the oldest exchange first and each as a whole, then the oldest results
 * of tools are shortened. The messages to answer and the calls are always whole.
 */
final class Prompt {

    /** The share of the context that is reserved for the answer: one in so many. */
    private static final int RESERVE = 4;

    /** The tokens of a result that stay, however little space there is. */
    private static final int MIN_RESULT = 100;

    private final int readable;
    private final SizedMessage system;
    private final long toolTokens;
    private final List<Exchange> history = new ArrayList<>();
    private final SizedMessage message;
    private final List<SizedMessage> rounds = new ArrayList<>();

    /**
     * @param context tokens that the model may read and write in one request
     * @param tools the definitions of the tools
     * @param history begins with a message of the user; the last message is to be answered
     */
    Prompt(int context, String system, JsonNode tools, List<ChatMessage> history) {
        this.readable = context - context / RESERVE;
        this.system = SizedMessage.of(message("system", system));
        this.toolTokens =
                tools.isEmpty() ? 0 : TokenEstimate.TOOLS + TokenEstimate.of(tools.toString());
        this.message = sized(history.getLast());
        Role before = Role.ASSISTANT;
        for (ChatMessage earlier : history.subList(0, history.size() - 1)) {
            if (this.history.isEmpty() || (earlier.speaker() == Role.USER && before != Role.USER)) {
                this.history.add(new Exchange(new ArrayList<>()));
            }
            this.history.getLast().messages().add(sized(earlier));
            before = earlier.speaker();
        }
    }

    private static SizedMessage sized(ChatMessage message) {
        String role =
                switch (message.speaker()) {
                    case USER -> "user";
                    case ASSISTANT -> "assistant";
                };
        return SizedMessage.of(message(role, message.content()));
    }

    private static ObjectNode message(String role, String content) {
        return JsonNodeFactory.instance.objectNode().put("role", role).put("content", content);
    }

    /** Adds what the model wrote in a round: a message with its calls. */
    void addCalls(ObjectNode calls) {
        rounds.add(SizedMessage.of(calls));
    }

    /** Adds the result of a call of the last round. */
    void addResult(String callId, String content) {
        rounds.add(SizedMessage.of(message("tool", content).put("tool_call_id", callId)));
    }

    /** Adds a message that the user has written since the last round. */
    void addMessage(String content) {
        rounds.add(sized(new ChatMessage(Role.USER, content)));
    }

    /**
     * The messages of a request that fits the context.
     *
     * @throws AgentFailed if the message to answer does not fit, or the exchange does not although
     *     all results are shortened
     */
    ArrayNode messages() {
        long left = readable - system.tokens() - toolTokens - message.tokens();
        if (left < 0) {
            throw new AgentFailed(
                    "The message does not fit the model's context: with what the agent needs it is about %d tokens, and the model reads %d. Send a shorter message."
                            .formatted(readable - left, readable));
        }
        List<SizedMessage> fitting = fittingRounds(left);
        left -= tokens(fitting);
        ArrayNode messages = JsonNodeFactory.instance.arrayNode().add(system.message());
        fittingHistory(left).forEach(sized -> messages.add(sized.message()));
        messages.add(message.message());
        fitting.forEach(sized -> messages.add(sized.message()));
        return messages;
    }

    /** The latest exchanges, without a gap. */
    private List<SizedMessage> fittingHistory(long tokens) {
        long left = tokens;
        int first = history.size();
        while (first > 0 && history.get(first - 1).tokens() <= left) {
            first--;
            left -= history.get(first).tokens();
        }
        return history.subList(first, history.size()).stream()
                .flatMap(exchange -> exchange.messages().stream())
                .toList();
    }

    private List<SizedMessage> fittingRounds(long tokens) {
        List<SizedMessage> fitting = new ArrayList<>(rounds);
        long excess = tokens(rounds) - tokens;
        for (int index = 0; excess > 0 && index < fitting.size(); index++) {
            SizedMessage whole = fitting.get(index);
            SizedMessage shorter = whole.shortenedBy(excess);
            excess -= whole.tokens() - shorter.tokens();
            fitting.set(index, shorter);
        }
        if (excess > 0) {
            throw new AgentFailed(
                    "The agent's exchange with its tools does not fit the model's context of which the model reads %d tokens. Ask for less at once."
                            .formatted(readable));
        }
        return fitting;
    }

    private static long tokens(List<SizedMessage> messages) {
        return messages.stream().mapToLong(SizedMessage::tokens).sum();
    }

    /** Messages of the user, several if some joined the turn of the first, with the reply. */
    private record Exchange(List<SizedMessage> messages) {

        long tokens() {
            return Prompt.tokens(messages);
        }
    }

    /** A message with its tokens. */
    private record SizedMessage(ObjectNode message, long tokens) {

        static SizedMessage of(ObjectNode message) {
            long calls =
                    message.has("tool_calls")
                            ? TokenEstimate.of(message.get("tool_calls").toString())
                            : 0;
            return new SizedMessage(
                    message,
                    TokenEstimate.PER_MESSAGE
                            + TokenEstimate.of(message.path("content").asText())
                            + TokenEstimate.of(message.path("tool_call_id").asText())
                            + calls);
        }

        /** By so many tokens if it is the result of a tool and has as many; unchanged otherwise. */
        SizedMessage shortenedBy(long excess) {
            if (!message.has("tool_call_id")) {
                return this;
            }
            String content = message.path("content").asText();
            long note = TokenEstimate.of(note(content.length(), content.length()));
            long kept = Math.max(MIN_RESULT, TokenEstimate.of(content) - excess - note);
            String start = TokenEstimate.start(content, kept);
            SizedMessage shorter =
                    of(
                            message.deepCopy()
                                    .put(
                                            "content",
                                            start + note(start.length(), content.length())));
            return shorter.tokens() < tokens ? shorter : this;
        }

        private static String note(int kept, int length) {
            return "\n[cut: the first %d of %d characters; call the tool again if you need more]"
                    .formatted(kept, length);
        }
    }
}
