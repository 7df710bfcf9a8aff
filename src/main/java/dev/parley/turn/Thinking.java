package dev.parley.turn;

import dev.parley.agent.Agent;
import dev.parley.agent.AgentClient;
import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentStopped;
import dev.parley.agent.AgentTimedOut;
import dev.parley.agent.AgentUnavailable;
import dev.parley.agent.Agents;
import dev.parley.agent.Briefing;
import dev.parley.agent.Tool;
import dev.parley.agent.tool.ToolCatalog;
import dev.parley.conversation.Said;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.faulttolerance.exceptions.BulkheadException;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;

/**
 * The middle of a turn: lets the agent answer, holding nothing. Whatever it does, there is an
 * outcome.
 */
@ApplicationScoped
@Startup
class Thinking {

    private final Agents agents;
    private final AgentClient agentClient;
    private final AgentConfig config;
    private final Map<String, Tool> tools;
    private final Steps steps;
    private final NothingHeld nothingHeld;
    private final ToolPlaces places;
    private final TurnFigures figures;

    Thinking(
            Agents agents,
            AgentClient agentClient,
            AgentConfig config,
            ToolCatalog tools,
            Steps steps,
            NothingHeld nothingHeld,
            ToolPlaces places,
            TurnFigures figures) {
        this.agents = agents;
        this.agentClient = agentClient;
        this.config = config;
        this.tools = tools.tools();
        this.steps = steps;
        this.nothingHeld = nothingHeld;
        this.places = places;
        this.figures = figures;
    }

    TurnOutcome endingOf(RunningTurn turn) {
        Answer answer = new Answer(turn.stream(), config.maxReplyLength(), nothingHeld);
        turn.thinksHere();
        TurnOutcome outcome;
        try {
            outcome = answered(turn, answer);
        } finally {
            // The time limit's interrupt, or a stop's, may arrive late; it is not meant for
            // settling
            turn.thought();
        }
        answer.finish();
        Optional<Stop> stop = turn.stopped();
        return stop.isPresent() ? stop.get().outcome(answer.usage()) : outcome;
    }

    private TurnOutcome answered(RunningTurn turn, Answer answer) {
        Ledger.Opened opened = turn.opened();
        try {
            Agent agent = agents.named(opened.agentType());
            Briefing briefing =
                    new Briefing(
                            turn.takeHistory().stream().map(Thinking::utterance).toList(),
                            turn.takeAcquaintance(),
                            new TurnToolbox(
                                    opened, tools, steps, nothingHeld, places, figures, answer),
                            opened.startedAt(),
                            () -> turn.stopped().isPresent());
            nothingHeld.whileThinking(() -> agentClient.answer(agent, briefing, answer));
            answer.finish();
            answer.requireSomething();
            return new TurnOutcome.Succeeded(answer.usage());
        } catch (AgentTimedOut | TimeoutException late) {
            tell(turn, late);
            return new TurnOutcome.TimedOut(tooLate(), answer.usage());
        } catch (AgentUnavailable away) {
            tell(turn, away);
            return new TurnOutcome.Failed(Failure.AGENT_UNAVAILABLE, away.detail(), answer.usage());
        } catch (BulkheadException full) {
            tell(turn, full);
            return new TurnOutcome.Failed(
                    Failure.AGENT_UNAVAILABLE,
                    "The agents have no room for another call.",
                    answer.usage());
        } catch (AgentStopped elsewhere) {
            // Cancelled, or another runner has it by now: what is returned here is not kept
            tell(turn, elsewhere);
            return new TurnOutcome.Failed(
                    Failure.INTERNAL_ERROR, elsewhere.detail(), answer.usage());
        } catch (AgentFailed failed) {
            tell(turn, failed);
            return new TurnOutcome.Failed(Failure.AGENT_FAILED, failed.detail(), answer.usage());
        } catch (Throwable broken) {
            if (isInterrupt(broken)) {
                // The time limit's, where the agent gave up by itself in the same moment
                return new TurnOutcome.TimedOut(tooLate(), answer.usage());
            }
            if (turn.stopped().isEmpty()) {
                Log.errorf(broken, "Turn %s: agent %s broke", opened.id(), opened.agentType());
            }
            return new TurnOutcome.Failed(
                    Failure.INTERNAL_ERROR,
                    "Something broke while the agent was thinking.",
                    answer.usage());
        }
    }

    private static boolean isInterrupt(Throwable failure) {
        return failure instanceof InterruptedException
                || failure.getCause() instanceof InterruptedException;
    }

    /** What a user is told of a turn whose time ran out. */
    String tooLate() {
        return "The agent did not answer within %s.".formatted(seconds(config.timeout()));
    }

    /** Agents fail every day: one line each, the trace for whoever looks closer. */
    private static void tell(RunningTurn turn, Exception failure) {
        if (turn.stopped().isEmpty()) {
            Log.warnf(
                    "Turn %s: agent %s: %s",
                    turn.opened().id(), turn.opened().agentType(), failure.getMessage());
        }
        Log.debug("The trace of that", failure);
    }

    private static Briefing.Utterance utterance(Said message) {
        return new Briefing.Utterance(
                switch (message.role()) {
                    case USER -> Briefing.Speaker.USER;
                    case ASSISTANT -> Briefing.Speaker.ASSISTANT;
                },
                message.content());
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString()
                + " s";
    }
}
