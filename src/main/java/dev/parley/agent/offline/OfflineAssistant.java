package dev.parley.agent.offline;

import dev.parley.agent.Agent;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentProfile;
import dev.parley.agent.AgentRequest;
import dev.parley.agent.AgentType;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers without a model. The assistant understands plain requests about tasks and about what to
 * remember, and executes them with the same tools that a model gets. If it does not understand a
 * message, or has no tool for it, it replies with what it can do. The same message about the same
 * tasks on the same day always gets the same reply.
 *
 * <p>An offline assistant with workers does itself what it understands, once, and gives any other
 * message to all of them.
 */
final class OfflineAssistant implements Agent {

    /** A word and the space after it; each match is sent as one delta of the reply. */
    static final Pattern PIECE = Pattern.compile("\\S+\\s*|\\s+");

    private final AgentProfile profile;
    private final Abilities abilities;

    OfflineAssistant(AgentProfile profile) {
        this.profile = profile;
        this.abilities = new Abilities(profile);
    }

    @Override
    public AgentType type() {
        return profile.type();
    }

    @Override
    public String description() {
        return profile.description();
    }

    @Override
    public void answer(AgentRequest request, Consumer<AgentEvent> events) {
        LocalDate today = LocalDate.ofInstant(request.now(), ZoneOffset.UTC);
        Intent intent = new IntentParser(today).parse(request.message());
        String reply =
                Supervision.by(request.toolbox(), abilities)
                        .filter(_ -> !abilities.fulfil(intent))
                        .map(supervision -> supervision.reply(request.message()))
                        .orElseGet(() -> ownReply(request, intent, today));
        Matcher pieces = PIECE.matcher(reply);
        while (pieces.find()) {
            events.accept(new AgentEvent.ReplyDelta(pieces.group()));
        }
    }

    private String ownReply(AgentRequest request, Intent intent, LocalDate today) {
        if (abilities.areNone()) {
            return abilities.help();
        }
        ToolCaller tools = new ToolCaller(request.toolbox());
        if (!abilities.allow(intent)) {
            return "I have no tool for that. " + abilities.help();
        }
        return switch (intent) {
            case Intent.OfTasks ofTasks ->
                    new TaskIntentHandler(
                                    tools,
                                    new LastListing(request.history()),
                                    today,
                                    abilities.help())
                            .handle(ofTasks);
            case Intent.OfPreferences ofPreferences ->
                    new PreferenceIntentHandler(tools).handle(ofPreferences);
        };
    }
}
