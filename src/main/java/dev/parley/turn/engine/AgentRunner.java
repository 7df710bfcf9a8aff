package dev.parley.turn.engine;

import dev.parley.agent.Agent;
import dev.parley.agent.AgentCatalogue;
import dev.parley.agent.AgentClient;
import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentRequest;
import dev.parley.agent.AgentStopped;
import dev.parley.agent.AgentTimedOut;
import dev.parley.agent.AgentUnavailable;
import dev.parley.agent.tool.Tool;
import dev.parley.agent.tool.ToolCatalogue;
import dev.parley.conversation.HistoryMessage;
import dev.parley.turn.FailureCode;
import dev.parley.turn.StopReason;
import dev.parley.turn.TurnOutcome;
import dev.parley.turn.store.ToolStepRepository;
import dev.parley.turn.store.TurnStore;
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
public class AgentRunner {

    private final AgentCatalogue agents;
    private final AgentClient agentClient;
    private final AgentConfig config;
    private final Map<String, Tool> tools;
    private final ToolStepRepository steps;
    private final ConnectionHoldGuard nothingHeld;
    private final ToolBulkhead places;
    private final TurnTelemetry figures;

    AgentRunner(
            AgentCatalogue agents,
            AgentClient agentClient,
            AgentConfig config,
            ToolCatalogue tools,
            ToolStepRepository steps,
            ConnectionHoldGuard nothingHeld,
            ToolBulkhead places,
            TurnTelemetry figures) {
        this.agents = agents;
        this.agentClient = agentClient;
        this.config = config;
        this.tools = tools.tools();
        this.steps = steps;
        this.nothingHeld = nothingHeld;
        this.places = places;
        this.figures = figures;
    }

    TurnOutcome run(RunningTurn turn) {
        ReplyCollector answer =
                new ReplyCollector(turn.stream(), config.maxReplyLength(), nothingHeld);
        turn.agentStarted();
        TurnOutcome outcome;
        try {
            outcome = answered(turn, answer);
        } finally {
            // The time limit's interrupt, or a stop's, may arrive late; it is not meant for
            // settling
            turn.agentFinished();
        }
        answer.finish();
        Optional<StopReason> stop = turn.stopped();
        return stop.isPresent() ? stop.get().outcome(answer.usage()) : outcome;
    }

    private TurnOutcome answered(RunningTurn turn, ReplyCollector answer) {
        TurnStore.TurnContext opened = turn.context();
        try {
            Agent agent = agents.named(opened.agentType());
            AgentRequest briefing =
                    new AgentRequest(
                            turn.drainHistory().stream().map(AgentRunner::utterance).toList(),
                            turn.drainUserContext(),
                            new TurnToolbox(
                                    opened, tools, steps, nothingHeld, places, figures, answer),
                            opened.startedAt(),
                            () -> turn.stopped().isPresent());
            nothingHeld.whileThinking(() -> agentClient.answer(agent, briefing, answer));
            answer.finish();
            answer.requireReply();
            return new TurnOutcome.Succeeded(answer.usage());
        } catch (AgentTimedOut | TimeoutException failure) {
            report(turn, failure);
            return new TurnOutcome.TimedOut(timeoutMessage(), answer.usage());
        } catch (AgentUnavailable failure) {
            report(turn, failure);
            return new TurnOutcome.Failed(
                    FailureCode.AGENT_UNAVAILABLE, failure.detail(), answer.usage());
        } catch (BulkheadException failure) {
            report(turn, failure);
            return new TurnOutcome.Failed(
                    FailureCode.AGENT_UNAVAILABLE,
                    "The agents have no room for another call.",
                    answer.usage());
        } catch (AgentStopped failure) {
            // Cancelled, or another runner has it by now: what is returned here is not kept
            report(turn, failure);
            return new TurnOutcome.Failed(
                    FailureCode.INTERNAL_ERROR, failure.detail(), answer.usage());
        } catch (AgentFailed failure) {
            report(turn, failure);
            return new TurnOutcome.Failed(
                    FailureCode.AGENT_FAILED, failure.detail(), answer.usage());
        } catch (Throwable failure) {
            if (isInterrupt(failure)) {
                // The time limit's, where the agent gave up by itself in the same moment
                return new TurnOutcome.TimedOut(timeoutMessage(), answer.usage());
            }
            if (turn.stopped().isEmpty()) {
                Log.errorf(failure, "Turn %s: agent %s broke", opened.id(), opened.agentType());
            }
            return new TurnOutcome.Failed(
                    FailureCode.INTERNAL_ERROR,
                    "Something broke while the agent was thinking.",
                    answer.usage());
        }
    }

    private static boolean isInterrupt(Throwable failure) {
        return failure instanceof InterruptedException
                || failure.getCause() instanceof InterruptedException;
    }

    /** What a user is told of a turn whose time ran out. */
    public String timeoutMessage() {
        return "The agent did not answer within %s.".formatted(seconds(config.timeout()));
    }

    /** Agents fail every day: one line each, the trace for whoever looks closer. */
    private static void report(RunningTurn turn, Exception failure) {
        if (turn.stopped().isEmpty()) {
            Log.warnf(
                    "Turn %s: agent %s: %s",
                    turn.context().id(), turn.context().agentType(), failure.getMessage());
        }
        Log.debug("The trace of that", failure);
    }

    private static AgentRequest.ChatMessage utterance(HistoryMessage message) {
        return new AgentRequest.ChatMessage(
                switch (message.role()) {
                    case USER -> AgentRequest.Speaker.USER;
                    case ASSISTANT -> AgentRequest.Speaker.ASSISTANT;
                },
                message.content());
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString()
                + " s";
    }
}
