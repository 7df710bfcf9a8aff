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
 * Answers without any model: understands plain requests about tasks and about what to remember,
 * does them with the very tools that a model gets, and says what it can do when it does not
 * understand. The same message about the same tasks on the same day always gets the same answer.
 */
@ApplicationScoped
class OfflineAssistant implements Agent {

    /** A word and the space behind it: the pieces in which it speaks. */
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
    public void answer(AgentRequest briefing, Consumer<AgentEvent> hear) {
        LocalDate today = LocalDate.ofInstant(briefing.now(), ZoneOffset.UTC);
        ToolCaller tools = new ToolCaller(briefing.toolbox());
        String reply =
                switch (new IntentParser(today).parse(briefing.message())) {
                    case Intent.OfTasks intent ->
                            new TaskIntentHandler(tools, new LastListing(briefing.history()), today)
                                    .handle(intent);
                    case Intent.OfPreferences intent ->
                            new PreferenceIntentHandler(tools).handle(intent);
                };
        Matcher pieces = PIECE.matcher(reply);
        while (pieces.find()) {
            hear.accept(new AgentEvent.ReplyDelta(pieces.group()));
        }
    }
}
