package dev.parley.turn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.Tool;
import dev.parley.agent.ToolRefused;
import dev.parley.agent.Toolbox;
import dev.parley.identity.UserId;
import io.quarkus.logging.Log;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

/** The tools of one turn, bound to its user; tells of each use. */
final class TurnToolbox implements Toolbox {

    private final TurnId turn;
    private final UserId user;
    private final Map<String, Tool> tools;
    private final NothingHeld nothingHeld;
    private final Consumer<AgentEvent> hear;

    TurnToolbox(
            TurnId turn,
            UserId user,
            Map<String, Tool> tools,
            NothingHeld nothingHeld,
            Consumer<AgentEvent> hear) {
        this.turn = turn;
        this.user = user;
        this.tools = tools;
        this.nothingHeld = nothingHeld;
        this.hear = hear;
    }

    @Override
    public Collection<Tool> tools() {
        return tools.values();
    }

    @Override
    public Outcome use(String name, JsonNode arguments) {
        hear.accept(new AgentEvent.ToolCalled(name, arguments));
        long began = System.nanoTime();
        Outcome outcome = outcomeOf(name, arguments);
        Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
        hear.accept(new AgentEvent.ToolReturned(name, outcome.ok(), elapsed));
        return outcome;
    }

    private Outcome outcomeOf(String name, JsonNode arguments) {
        Tool tool = tools.get(name);
        if (tool == null) {
            return refused(
                    "There is no tool of that name; there are: "
                            + String.join(", ", tools.keySet()));
        }
        try {
            return new Outcome(
                    true,
                    Sheltered.call(
                            "tool-" + name + "-" + turn,
                            () -> nothingHeld.whileInTool(name, () -> tool.use(user, arguments))));
        } catch (ToolRefused refusal) {
            return refused(refusal.reason());
        } catch (RuntimeException failure) {
            // The turn goes on: the agent can tell the person that this did not work
            Log.errorf(failure, "Tool %s failed in turn %s", name, turn);
            return refused("The tool failed; nothing is known to have changed.");
        }
    }

    private static Outcome refused(String reason) {
        return new Outcome(false, JsonNodeFactory.instance.objectNode().put("error", reason));
    }
}
