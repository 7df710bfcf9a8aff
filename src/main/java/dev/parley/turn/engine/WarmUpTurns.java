package dev.parley.turn.engine;

import dev.parley.agent.AgentType;
import dev.parley.agent.FinishReason;
import dev.parley.agent.Usage;
import dev.parley.agent.UserContext;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.History;
import dev.parley.conversation.HistoryMessage;
import dev.parley.conversation.MessageRole;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.database.groupcommit.BatchOutcome;
import dev.parley.platform.identity.UserId;
import dev.parley.quota.Reservation;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnOutcome;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.WhenBusy;
import dev.parley.turn.store.EndedExchange;
import dev.parley.turn.store.Exchange;
import dev.parley.turn.store.FencingToken;
import dev.parley.turn.store.SettleCommand;
import dev.parley.turn.store.TurnOpener;
import dev.parley.turn.store.TurnSettler;
import dev.parley.turn.store.TurnStore.OpenResult;
import dev.parley.turn.store.TurnStore.TurnContext;
import dev.parley.turn.stream.Transcript;
import io.opentelemetry.context.Context;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Runs the phases of a turn for warm-up, without storing a turn. */
@ApplicationScoped
public class WarmUpTurns {

    private static final AgentType OFFLINE = new AgentType("offline");
    private static final String GREETING = "hello";

    private final TurnOpener opener;
    private final TurnSettler settler;
    private final AgentRunner agentRunner;
    private final TurnLimiter limiter;
    private final RunnerLease runner;
    private final Clock clock;

    WarmUpTurns(
            TurnOpener opener,
            TurnSettler settler,
            AgentRunner agentRunner,
            TurnLimiter limiter,
            RunnerLease runner,
            Clock clock) {
        this.opener = opener;
        this.settler = settler;
        this.agentRunner = agentRunner;
        this.limiter = limiter;
        this.runner = runner;
        this.clock = clock;
    }

    /**
     * Opens and settles a turn in the transaction of the caller, who rolls it back. It has to be
     * called in a {@link dev.parley.platform.database.sql.TrialRun}, or it commits.
     */
    @Transactional(TxType.MANDATORY)
    public void openAndSettle(UserId user) {
        TurnRequest turn =
                new TurnRequest(
                        TurnId.next(),
                        user,
                        Optional.empty(),
                        Optional.of(OFFLINE),
                        GREETING,
                        WhenBusy.REJECT,
                        Optional.empty());
        if (opener.executeBatch(List.of(turn)).getFirst()
                instanceof BatchOutcome.Completed<OpenResult>(TurnContext opened)) {
            settler.executeBatch(
                    List.of(
                            SettleCommand.of(
                                    opened,
                                    new TurnOutcome.Succeeded(Usage.NONE, FinishReason.STOP),
                                    new Transcript(GREETING, "[]"),
                                    EndedExchange.NONE)));
        }
    }

    /** Lets the offline assistant answer a greeting, which calls no tool. */
    public void think() {
        TurnLimiter.Permit permit = limiter.acquire();
        try {
            agentRunner.run(
                    new RunningTurn(
                            new TurnContext(
                                    new FencingToken(TurnId.next(), runner.id(), 1),
                                    UserId.next(),
                                    ConversationId.next(),
                                    OFFLINE,
                                    clock.instant(),
                                    false,
                                    UserContext.NONE,
                                    new History(
                                            List.of(
                                                    new HistoryMessage(
                                                            MessageRole.USER, GREETING))),
                                    Exchange.NONE,
                                    Reservation.UNLIMITED),
                            permit,
                            Context.root()));
        } finally {
            permit.release();
        }
    }
}
