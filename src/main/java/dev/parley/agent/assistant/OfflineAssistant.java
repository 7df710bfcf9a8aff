package dev.parley.agent.assistant;

import dev.parley.agent.Agent;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentType;
import dev.parley.agent.Briefing;
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
    private static final Pattern PIECE = Pattern.compile("\\S+\\s*|\\s+");

    @Override
    public AgentType type() {
        return AgentType.OFFLINE;
    }

    @Override
    public String description() {
        return "Keeps tasks and remembers things, without any model.";
    }

    @Override
    public void answer(Briefing briefing, Consumer<AgentEvent> hear) {
        LocalDate today = LocalDate.ofInstant(briefing.now(), ZoneOffset.UTC);
        Request request = new Understanding(today).understand(briefing.message());
        String reply =
                switch (request) {
                    case Request.AboutTasks tasks ->
                            new TaskClerk(
                                            briefing.toolbox(),
                                            new ShownList(briefing.history()),
                                            today)
                                    .handle(tasks);
                    case Request.AboutUser user -> new MemoryClerk(briefing.toolbox()).handle(user);
                };
        say(reply, hear);
    }

    private static void say(String reply, Consumer<AgentEvent> hear) {
        Matcher pieces = PIECE.matcher(reply);
        while (pieces.find()) {
            hear.accept(new AgentEvent.ReplyDelta(pieces.group()));
        }
    }
}
