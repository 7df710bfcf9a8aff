package dev.parley.turn;

import dev.parley.agent.Acquaintance;
import dev.parley.agent.AgentType;
import dev.parley.agent.Usage;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.Role;
import dev.parley.conversation.Said;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.database.groupcommit.BatchOutcome;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.Ledger.OpenResult;
import dev.parley.turn.Ledger.Opened;
import io.opentelemetry.context.Context;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Goes through the parts of a turn without there being one. */
@ApplicationScoped
public class Rehearsal {

    private static final AgentType OFFLINE = new AgentType("offline");
    private static final String GREETING = "hello";

    private final Openings openings;
    private final Settlings settlings;
    private final Thinking thinking;
    private final InFlight inFlight;
    private final RunnerLease runner;
    private final Clock clock;

    Rehearsal(
            Openings openings,
            Settlings settlings,
            Thinking thinking,
            InFlight inFlight,
            RunnerLease runner,
            Clock clock) {
        this.openings = openings;
        this.settlings = settlings;
        this.thinking = thinking;
        this.inFlight = inFlight;
        this.runner = runner;
        this.clock = clock;
    }

    /** Opens a turn and settles it, in a transaction that is going to be rolled back. */
    @Transactional(TxType.MANDATORY)
    public void openAndSettle(UserId user) {
        NewTurn turn =
                new NewTurn(
                        TurnId.next(),
                        user,
                        Optional.empty(),
                        Optional.of(OFFLINE),
                        GREETING,
                        WhenBusy.REJECT,
                        Optional.empty());
        if (openings.executeBatch(List.of(turn)).getFirst()
                instanceof BatchOutcome.Completed<OpenResult>(Opened opened)) {
            settlings.executeBatch(
                    List.of(
                            Settling.of(
                                    opened,
                                    new TurnOutcome.Succeeded(Usage.NONE),
                                    new Telling(GREETING, "[]"))));
        }
    }

    /** Lets the offline assistant answer a greeting, which takes no tool. */
    public void think() {
        InFlight.Place place = inFlight.enter();
        try {
            thinking.endingOf(
                    new RunningTurn(
                            new Opened(
                                    new Fence(TurnId.next(), runner.id(), 1),
                                    UserId.next(),
                                    ConversationId.next(),
                                    OFFLINE,
                                    clock.instant(),
                                    false,
                                    Acquaintance.NONE,
                                    List.of(new Said(Role.USER, GREETING)),
                                    List.of()),
                            place,
                            Context.root()));
        } finally {
            place.leave();
        }
    }
}
