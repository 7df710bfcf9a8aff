package dev.parley.turn.store;

import dev.parley.conversation.ConversationStore;
import dev.parley.conversation.ConversationStore.ConversationRef;
import dev.parley.conversation.ConversationStore.LockedConversation;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.database.groupcommit.BatchHandler;
import dev.parley.platform.database.groupcommit.BatchOutcome;
import dev.parley.platform.database.sql.CommitOutcomeUnknown;
import dev.parley.platform.database.sql.LockWait;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnNotFound;
import dev.parley.turn.store.TurnStore.AlreadyEnded;
import dev.parley.turn.store.TurnStore.SettleResult;
import dev.parley.turn.store.TurnStore.Settled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settles a batch of turns, each of a different conversation. Endings, versions and replies take
 * one statement each for the whole batch. The fencing token lets only turns end that this runner
 * still runs.
 */
@ApplicationScoped
public class TurnSettler implements BatchHandler<SettleCommand, SettleResult> {

    private final ConversationStore conversations;
    private final TurnRepository turns;
    private final ExchangeRepository exchanges;
    private final UsageRepository usage;
    private final RunnerLease runner;
    private final Clock clock;

    TurnSettler(
            ConversationStore conversations,
            TurnRepository turns,
            ExchangeRepository exchanges,
            UsageRepository usage,
            RunnerLease runner,
            Clock clock) {
        this.conversations = conversations;
        this.turns = turns;
        this.exchanges = exchanges;
        this.usage = usage;
        this.runner = runner;
        this.clock = clock;
    }

    @Override
    @Transactional
    public List<BatchOutcome<SettleResult>> executeBatch(List<SettleCommand> commands) {
        return settle(commands, LockWait.SKIP_LOCKED);
    }

    @Override
    @Transactional
    public SettleResult executeSingle(SettleCommand command) {
        return switch (settle(List.of(command), LockWait.WAIT).getFirst()) {
            case BatchOutcome.Completed<SettleResult> completed -> completed.result();
            case BatchOutcome.Rejected<SettleResult> rejected -> throw rejected.reason();
            case BatchOutcome.RetryAlone<SettleResult> missing ->
                    throw new TurnNotFound(command.turn().id());
        };
    }

    private List<BatchOutcome<SettleResult>> settle(
            List<SettleCommand> commands, LockWait lockWait) {
        Instant now = clock.instant();
        Map<ConversationRef, LockedConversation> locked =
                conversations.lock(
                        commands.stream().map(SettleCommand::conversation).toList(), lockWait);
        List<LockedTurn> endings =
                commands.stream()
                        .flatMap(command ->
                                Optional.ofNullable(locked.get(command.conversation())).stream()
                                        .map(conversation -> new LockedTurn(command, conversation)))
                        .toList();
        Map<TurnId, Boolean> queuedBehind = turns.end(endings, runner.id(), now);
        exchanges.deleteEnded(
                endings.stream()
                        .filter(ending -> ending.command().exchange().isStored())
                        .map(LockedTurn::turn)
                        .filter(queuedBehind::containsKey)
                        .toList());
        usage.settle(
                endings.stream()
                        .filter(ending -> queuedBehind.containsKey(ending.turn()))
                        .map(LockedTurn::command)
                        .toList());
        conversations.appendRepliesAndCommit(
                endings.stream()
                        .filter(ending -> queuedBehind.containsKey(ending.turn()))
                        .map(ending -> ending.command().toTurnReply(ending.conversation()))
                        .toList(),
                now);
        return CommitOutcomeUnknown.onFailure(() ->
                commands.stream()
                        .map(command -> outcome(command, locked, queuedBehind, now))
                        .toList());
    }

    private static BatchOutcome<SettleResult> outcome(
            SettleCommand command,
            Map<ConversationRef, LockedConversation> locked,
            Map<TurnId, Boolean> queuedBehind,
            Instant now) {
        LockedConversation conversation = locked.get(command.conversation());
        if (conversation == null) {
            return new BatchOutcome.RetryAlone<>();
        }
        Boolean hasQueuedTurns = queuedBehind.get(command.turn().id());
        return new BatchOutcome.Completed<>(
                hasQueuedTurns == null
                        ? new AlreadyEnded()
                        : new Settled(
                                command.record(SettleCommand.version(conversation), now),
                                hasQueuedTurns));
    }

    /** A turn to end, in a locked conversation. */
    record LockedTurn(SettleCommand command, LockedConversation conversation) {

        TurnId turn() {
            return command.turn().id();
        }

        long version() {
            return SettleCommand.version(conversation);
        }
    }
}
