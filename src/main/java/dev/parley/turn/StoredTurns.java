package dev.parley.turn;

import dev.parley.agent.Acquaintance;
import dev.parley.agent.Toolbox;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationLog;
import dev.parley.conversation.Said;
import dev.parley.profile.UserProfile;
import dev.parley.runner.ThisRunner;
import dev.parley.turn.Ledger.Opened;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;

/** Reads opened turns back, and starts those that stand in line, each call one transaction. */
@ApplicationScoped
class StoredTurns {

    private final ConversationLog conversations;
    private final UserProfile profiles;
    private final Turns turns;
    private final ThisRunner runner;
    private final TurnConfig config;

    StoredTurns(
            ConversationLog conversations,
            UserProfile profiles,
            Turns turns,
            ThisRunner runner,
            TurnConfig config) {
        this.profiles = profiles;
        this.conversations = conversations;
        this.turns = turns;
        this.runner = runner;
        this.config = config;
    }

    /**
     * The turn as {@link Ledger#open} returned it, or would have, had its commit been heard of.
     *
     * @throws AskedBefore where it has gone on meanwhile, or ended: it is not to be started again
     */
    @Transactional
    public Optional<Opened> opened(NewTurn turn) {
        Optional<Turn> row = turns.of(turn.user(), turn.id());
        row.filter(found -> !isAsOpened(found))
                .ifPresent(found -> {
                    throw new AskedBefore(turn.id());
                });
        return row.map(found -> opened(found, List.of()));
    }

    private boolean isAsOpened(Turn turn) {
        boolean runsHere =
                turn.status == TurnStatus.RUNNING
                        && runner.id().value().equals(turn.runnerId)
                        && turn.attempt == 1;
        return runsHere || turn.status == TurnStatus.QUEUED;
    }

    /** Lets the first in line run here, where the conversation is idle. */
    @Transactional
    public Optional<Opened> startNext(ConversationId conversation) {
        conversations.hold(conversation);
        if (turns.atWork(conversation).isPresent()) {
            return Optional.empty();
        }
        Optional<Turn> first = turns.firstInLine(conversation);
        if (first.isEmpty() || !turns.promote(new TurnId(first.get().id), runner.id())) {
            return Optional.empty();
        }
        return Optional.of(
                opened(first.get(), List.of())
                        .startedWith(acquaintance(first.get()), history(first.get())));
    }

    /** The turn that the last {@link #startNext} started, had its commit been heard of. */
    @Transactional
    public Optional<Opened> started(ConversationId conversation) {
        return turns.atWork(conversation)
                .filter(turn -> runner.id().value().equals(turn.runnerId))
                .map(turn -> opened(turn, List.of()));
    }

    Opened opened(Turn row, List<Toolbox.Use> recorded) {
        TurnRecord stored = row.record(Optional.empty());
        boolean queued = stored.status() == TurnStatus.QUEUED;
        return new Opened(
                new Fence(stored.id(), runner.id(), row.attempt),
                row.user(),
                stored.conversation(),
                stored.agentType(),
                stored.startedAt(),
                queued,
                queued ? Acquaintance.NONE : acquaintance(row),
                queued ? List.of() : history(row),
                recorded);
    }

    private Acquaintance acquaintance(Turn turn) {
        return profiles.acquaintances(List.of(turn.user()))
                .getOrDefault(turn.user(), Acquaintance.NONE);
    }

    private List<Said> history(Turn turn) {
        return conversations.before(turn.id, config.historyLimits());
    }
}
