package dev.parley.turn.engine;

import dev.parley.agent.Agent;
import dev.parley.agent.AgentCatalogue;
import dev.parley.agent.AgentClient;
import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentRequest;
import dev.parley.agent.AgentStopped;
import dev.parley.agent.AgentSuspended;
import dev.parley.agent.AgentTimedOut;
import dev.parley.agent.AgentType;
import dev.parley.agent.AgentUnavailable;
import dev.parley.agent.BudgetExhausted;
import dev.parley.conversation.History;
import dev.parley.conversation.HistoryMessage;
import dev.parley.turn.AgentResult;
import dev.parley.turn.FailureCode;
import dev.parley.turn.StopReason;
import dev.parley.turn.TurnOutcome;
import dev.parley.turn.store.TurnExchange;
import dev.parley.turn.store.TurnStore;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.faulttolerance.exceptions.BulkheadException;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;

/**
 * Runs the agent of a turn while no connection, transaction or lock is held (G1). Whatever the
 * agent does, the run returns an outcome.
 */
@ApplicationScoped
@Startup
public class AgentRunner {

    private final AgentCatalogue agents;
    private final AgentClient agentClient;
    private final AgentConfig config;
    private final WorkerRunner workers;
    private final TurnSteerer steerer;
    private final TurnReservations reservations;
    private final ConnectionHoldGuard connectionGuard;

    AgentRunner(
            AgentCatalogue agents,
            AgentClient agentClient,
            AgentConfig config,
            WorkerRunner workers,
            TurnSteerer steerer,
            TurnReservations reservations,
            ConnectionHoldGuard connectionGuard) {
        this.agents = agents;
        this.agentClient = agentClient;
        this.config = config;
        this.workers = workers;
        this.steerer = steerer;
        this.reservations = reservations;
        this.connectionGuard = connectionGuard;
    }

    AgentResult run(RunningTurn turn) {
        TurnBudget budget =
                new TurnBudget(
                        config,
                        turn.exchange().usage(),
                        reservations.of(turn),
                        turn.exchange().roundsOfEndedWorkers());
        AgentInTurn agent = agentOf(turn, budget);
        ReplyCollector collector =
                new ReplyCollector(
                        turn.stream(),
                        turn.stream()::append,
                        config,
                        turn.permit().memory(),
                        agent::add,
                        connectionGuard);
        turn.agentStarted();
        AgentResult result;
        try {
            result = runAgent(agent, collector);
        } finally {
            // An interrupt by the time limit or by a stop may arrive late and must not reach
            // settling
            turn.agentFinished();
        }
        collector.finish();
        Optional<StopReason> stopReason = turn.stopped();
        return stopReason.isPresent() ? stopReason.get().outcome(budget.usage()) : result;
    }

    private AgentInTurn agentOf(RunningTurn turn, TurnBudget budget) {
        AgentType type = turn.context().agentType();
        return new AgentInTurn(
                turn,
                budget,
                turn.drainUserContext(),
                TurnExchange.ROOT,
                List.of(type),
                System.nanoTime() + agents.timeout(type).toNanos());
    }

    private AgentResult runAgent(AgentInTurn running, ReplyCollector collector) {
        RunningTurn turn = running.turn();
        TurnBudget budget = running.budget();
        TurnStore.TurnContext context = turn.context();
        try {
            Agent agent = agents.named(context.agentType());
            History history = turn.drainHistory();
            AgentRequest request =
                    new AgentRequest(
                            history.messages().stream().map(AgentRunner::chatMessage).toList(),
                            history.summary(),
                            Optional.empty(),
                            running.userContext(),
                            steerer.steering(turn, collector),
                            workers.toolbox(running, collector),
                            context.startedAt(),
                            () -> turn.stopped().isPresent());
            connectionGuard.whileThinking(() -> agentClient.answer(agent, request, collector));
            collector.finish();
            collector.requireReply();
            return new TurnOutcome.Succeeded(budget.usage(), collector.finishReason());
        } catch (AgentTimedOut | TimeoutException failure) {
            logFailure(turn, failure);
            return new TurnOutcome.TimedOut(timeoutMessage(context.agentType()), budget.usage());
        } catch (AgentUnavailable failure) {
            logFailure(turn, failure);
            return new TurnOutcome.Failed(
                    FailureCode.AGENT_UNAVAILABLE, failure.detail(), budget.usage());
        } catch (BulkheadException failure) {
            logFailure(turn, failure);
            return new TurnOutcome.Failed(
                    FailureCode.AGENT_UNAVAILABLE,
                    "Too many agent calls are running.",
                    budget.usage());
        } catch (AgentSuspended pause) {
            Log.debug("The turn waits for a person", pause);
            return new AgentResult.Suspended(budget.usage());
        } catch (AgentStopped failure) {
            // The turn was cancelled or another runner took it over: this outcome is not stored
            logFailure(turn, failure);
            return new TurnOutcome.Failed(
                    FailureCode.INTERNAL_ERROR, failure.detail(), budget.usage());
        } catch (BudgetExhausted failure) {
            logFailure(turn, failure);
            return new TurnOutcome.Failed(
                    FailureCode.QUOTA_EXHAUSTED, failure.detail(), budget.usage());
        } catch (AgentFailed failure) {
            logFailure(turn, failure);
            return new TurnOutcome.Failed(
                    FailureCode.AGENT_FAILED, failure.detail(), budget.usage());
        } catch (Throwable failure) {
            if (isInterrupt(failure)) {
                // The time limit interrupted an agent that was failing at the same moment
                return new TurnOutcome.TimedOut(
                        timeoutMessage(context.agentType()), budget.usage());
            }
            if (turn.stopped().isEmpty()) {
                Log.errorf(
                        failure,
                        "Turn %s: agent %s failed unexpectedly",
                        context.id(),
                        context.agentType());
            }
            return new TurnOutcome.Failed(
                    FailureCode.INTERNAL_ERROR,
                    "An internal error occurred while the agent was running.",
                    budget.usage());
        }
    }

    private static boolean isInterrupt(Throwable failure) {
        return failure instanceof InterruptedException
                || failure.getCause() instanceof InterruptedException;
    }

    /** The error message of a turn whose agent exceeded the time limit. */
    public String timeoutMessage(AgentType type) {
        return "The agent did not answer within %s.".formatted(seconds(agents.timeout(type)));
    }

    /** Logs one line, since agents fail often; the stack trace only at level debug. */
    private static void logFailure(RunningTurn turn, Exception failure) {
        if (turn.stopped().isEmpty()) {
            Log.warnf(
                    "Turn %s: agent %s: %s",
                    turn.context().id(), turn.context().agentType(), failure.getMessage());
        }
        Log.debug("Stack trace of the agent's failure", failure);
    }

    private static AgentRequest.ChatMessage chatMessage(HistoryMessage message) {
        return new AgentRequest.ChatMessage(
                switch (message.role()) {
                    case USER -> AgentRequest.Role.USER;
                    case ASSISTANT -> AgentRequest.Role.ASSISTANT;
                },
                message.content());
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString()
                + " s";
    }
}
