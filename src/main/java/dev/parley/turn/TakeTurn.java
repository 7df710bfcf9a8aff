package dev.parley.turn;

import dev.parley.agent.Agent;
import dev.parley.agent.AgentClient;
import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentFailed;
import dev.parley.agent.AgentTimedOut;
import dev.parley.agent.AgentType;
import dev.parley.agent.AgentUnavailable;
import dev.parley.agent.Agents;
import dev.parley.agent.Briefing;
import dev.parley.agent.Tool;
import dev.parley.agent.UnknownAgent;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.conversation.StoredMessage;
import dev.parley.quota.QuotaExhausted;
import io.quarkus.arc.All;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.faulttolerance.exceptions.BulkheadException;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;

/**
 * The turn engine: every door calls it, so every promise holds at every door.
 *
 * <p>A turn is opened, thought about and settled. Opening and settling are one short transaction
 * each; between them nothing is held. Once opened, a turn runs on a virtual thread of its own.
 */
@ApplicationScoped
@Startup
@Transactional(TxType.NEVER)
public class TakeTurn {

    private static final TurnState.Running RUNNING = new TurnState.Running();

    private final Ledger ledger;
    private final Agents agents;
    private final AgentClient agentClient;
    private final AgentConfig agentConfig;
    private final Map<String, Tool> tools;
    private final InFlight inFlight;
    private final NothingHeld nothingHeld;
    private final TurnFigures figures;

    TakeTurn(
            Ledger ledger,
            Agents agents,
            AgentClient agentClient,
            AgentConfig agentConfig,
            @All List<Tool> tools,
            InFlight inFlight,
            NothingHeld nothingHeld,
            TurnFigures figures) {
        this.ledger = ledger;
        this.agents = agents;
        this.agentClient = agentClient;
        this.agentConfig = agentConfig;
        this.tools = byName(tools);
        this.inFlight = inFlight;
        this.nothingHeld = nothingHeld;
        this.figures = figures;
    }

    /**
     * Opens a turn and lets it run.
     *
     * @return the turn, opened and committed; it goes on by itself
     * @throws TooManyTurns where the process has no place for another
     * @throws UnknownAgent where the catalogue has no such agent
     * @throws AgentUnavailable where the agent is known to be away
     * @throws ConversationNotFound where the user has no such conversation
     * @throws ConversationBusy where another turn runs in it
     * @throws QuotaExhausted where the user has no query left
     */
    public TurnInProgress begin(NewTurn turn) {
        turn.agentType().ifPresent(agents::named);
        InFlight.Place place = inFlight.enter();
        try {
            Ledger.Opened opened = ledger.open(turn, this::admit);
            TurnInProgress progress = new TurnInProgress(opened.id(), opened.conversation());
            Thread.ofVirtual()
                    .name("turn-" + opened.id())
                    .start(() -> {
                        try {
                            run(opened, progress);
                        } finally {
                            place.leave();
                        }
                    });
            return progress;
        } catch (Throwable refused) {
            place.leave();
            throw refused;
        }
    }

    /** Asked once a turn: an agent that has been away may let just one through to try. */
    private void admit(AgentType type) {
        agents.named(type).requireAvailable();
    }

    private void run(Ledger.Opened opened, TurnInProgress progress) {
        try {
            TurnState.Ending ending = think(opened);
            TurnRecord settled = settle(opened, ending);
            figures.ended(settled);
            progress.ended(settled);
        } catch (Throwable failure) {
            Log.errorf(failure, "Turn %s could not be settled", opened.id());
            progress.unsettled(failure);
        }
    }

    /** Lets the agent answer. Whatever it does, there is an ending. */
    private TurnState.Ending think(Ledger.Opened opened) {
        Answer answer = new Answer(agentConfig.maxReplyLength(), nothingHeld);
        try {
            Agent agent = agents.named(opened.agentType());
            Briefing briefing =
                    new Briefing(
                            opened.history().stream().map(TakeTurn::utterance).toList(),
                            new TurnToolbox(opened.id(), opened.user(), tools, nothingHeld, answer),
                            opened.startedAt());
            nothingHeld.whileThinking(() -> agentClient.answer(agent, briefing, answer));
            return RUNNING.succeed(answer.whole(), answer.usage());
        } catch (AgentTimedOut | TimeoutException late) {
            tell(opened, late);
            String detail =
                    "The agent did not answer within %s.".formatted(seconds(agentConfig.timeout()));
            return RUNNING.fail(Failure.AGENT_TIMEOUT, detail, answer.usage());
        } catch (AgentUnavailable away) {
            tell(opened, away);
            return RUNNING.fail(Failure.AGENT_UNAVAILABLE, away.detail(), answer.usage());
        } catch (BulkheadException full) {
            tell(opened, full);
            return RUNNING.fail(
                    Failure.AGENT_UNAVAILABLE,
                    "The agents have no room for another call.",
                    answer.usage());
        } catch (AgentFailed failed) {
            tell(opened, failed);
            return RUNNING.fail(Failure.AGENT_FAILED, failed.detail(), answer.usage());
        } catch (Throwable broken) {
            Log.errorf(broken, "Turn %s: agent %s broke", opened.id(), opened.agentType());
            return RUNNING.fail(
                    Failure.INTERNAL_ERROR,
                    "Something broke while the agent was thinking.",
                    answer.usage());
        } finally {
            // The time limit's interrupt may arrive late; it is not meant for settling
            Thread.interrupted();
        }
    }

    /** Agents fail every day: one line each, the trace for whoever looks closer. */
    private static void tell(Ledger.Opened opened, Exception failure) {
        Log.warnf("Turn %s: agent %s: %s", opened.id(), opened.agentType(), failure.getMessage());
        Log.debug("The trace of that", failure);
    }

    /**
     * An ending that the database will not have, for whatever reason that will not pass, becomes a
     * plain failure.
     */
    private TurnRecord settle(Ledger.Opened opened, TurnState.Ending ending) {
        try {
            return ledger.settle(opened, ending);
        } catch (TurnUnsettled unsettled) {
            throw unsettled;
        } catch (RuntimeException refused) {
            Log.errorf(refused, "Turn %s: its ending was refused by the database", opened.id());
            return ledger.settle(
                    opened,
                    RUNNING.fail(
                            Failure.INTERNAL_ERROR,
                            "The answer could not be stored.",
                            ending.usage()));
        }
    }

    private static Briefing.Utterance utterance(StoredMessage message) {
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

    private static Map<String, Tool> byName(List<Tool> tools) {
        Map<String, Tool> named = new TreeMap<>();
        for (Tool tool : tools) {
            if (named.putIfAbsent(tool.name(), tool) != null) {
                throw new IllegalStateException("Two tools are called " + tool.name());
            }
        }
        return Collections.unmodifiableMap(named);
    }
}
