package dev.parley.agent.offline;

import dev.parley.agent.Agent;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentRequest;
import dev.parley.agent.AgentType;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers without a model. The assistant understands plain requests about tasks and about what to
 * remember, and executes them with the same tools that a model gets. If it does not understand a
 * message, it replies with what it can do. The same message about the same tasks on the same day
 * always gets the same reply.
 *
 * <p>An offline assistant with workers gives each message to all of them.
 */
@ApplicationScoped
class OfflineAssistant implements Agent {

    /** A word and the space after it; each match is sent as one delta of the reply. */
    static final Pattern PIECE = Pattern.compile("\\S+\\s*|\\s+");

    @Override
    public AgentType type() {
        return AgentType.OFFLINE;
    }

    @Override
    public String description() {
        return "Keeps tasks and remembers things, without any model.";
    }

    @Override
    public void answer(AgentRequest request, Consumer<AgentEvent> events) {
        String reply =
                Supervision.by(request.toolbox())
                        .map(supervision -> supervision.reply(request.message()))
                        .orElseGet(() -> ownReply(request));
        Matcher pieces = PIECE.matcher(reply);
        while (pieces.find()) {
            events.accept(new AgentEvent.ReplyDelta(pieces.group()));
        }
    }

    private static String ownReply(AgentRequest request) {
        LocalDate today = LocalDate.ofInstant(request.now(), ZoneOffset.UTC);
        ToolCaller tools = new ToolCaller(request.toolbox());
        return switch (new IntentParser(today).parse(request.message())) {
            case Intent.OfTasks intent ->
                    new TaskIntentHandler(tools, new LastListing(request.history()), today)
                            .handle(intent);
            case Intent.OfPreferences intent -> new PreferenceIntentHandler(tools).handle(intent);
        };
    }
}
