package dev.parley.agent;

import java.time.Instant;
import java.util.List;

/**
 * What an agent is told before it answers.
 *
 * @param history the latest messages of the conversation, oldest first; the last one is the message
 *     to answer
 * @param toolbox what the agent may do on behalf of the user
 * @param now the moment the turn began
 */
public record Briefing(List<Utterance> history, Toolbox toolbox, Instant now) {

    public Briefing {
        history = List.copyOf(history);
    }

    /** The message to answer. */
    public String message() {
        return history.getLast().content();
    }

    /** One message, and who said it. */
    public record Utterance(Speaker speaker, String content) {}

    /** The two sides of a conversation. */
    public enum Speaker {
        USER,
        ASSISTANT
    }
}
