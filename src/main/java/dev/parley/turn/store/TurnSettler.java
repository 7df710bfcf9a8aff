package dev.parley.turn.store;

import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationStore;
import dev.parley.conversation.ConversationStore.ConversationRef;
import dev.parley.conversation.ConversationStore.LockWait;
import dev.parley.conversation.ConversationStore.LockedConversation;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.database.groupcommit.BatchHandler;
import dev.parley.platform.database.groupcommit.BatchOutcome;
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
 * Settles turns, of as many conversations as there are turns: endings, versions and replies, each
 * in one statement for all of them. The fence lets through only what still runs here.
 */
@ApplicationScoped
public class TurnSettler implements BatchHandler<SettleCommand, SettleResult> {

    private final ConversationStore conversations;
    private final TurnRepository turns;
    private final RunnerLease runner;
    private final Clock clock;

    TurnSettler(
            ConversationStore conversations,
            TurnRepository turns,
            RunnerLease runner,
            Clock clock) {
        this.conversations = conversations;
        this.turns = turns;
        this.runner = runner;
        this.clock = clock;
    }

    @Override
    @Transactional
    public List<BatchOutcome<SettleResult>> executeBatch(List<SettleCommand> settlings) {
        return settle(settlings, LockWait.SKIP_LOCKED);
    }

    @Override
    @Transactional
    public SettleResult executeSingle(SettleCommand settling) {
        return switch (settle(List.of(settling), LockWait.WAIT).getFirst()) {
            case BatchOutcome.Completed<SettleResult> done -> done.result();
            case BatchOutcome.Rejected<SettleResult> refused -> throw refused.reason();
            case BatchOutcome.RetryAlone<SettleResult> gone ->
                    throw new TurnNotFound(settling.turn().id());
        };
    }

    private List<BatchOutcome<SettleResult>> settle(List<SettleCommand> all, LockWait patience) {
        Instant now = clock.instant();
        Map<ConversationId, LockedConversation> held =
                conversations.lock(
                        all.stream()
                                .map(settleCommand ->
                                        new ConversationRef(
                                                settleCommand.turn().conversation(),
                                                settleCommand.turn().user()))
                                .toList(),
                        patience);
        List<LockedTurn> endings =
                all.stream()
                        .flatMap(settleCommand ->
                                Optional.ofNullable(held.get(settleCommand.turn().conversation()))
                                        .stream()
                                        .map(conversation ->
                                                new LockedTurn(settleCommand, conversation)))
                        .toList();
        Map<TurnId, Boolean> linesBehind = turns.end(endings, runner.id(), now);
        conversations.appendReplies(
                endings.stream()
                        .filter(lockedTurn -> linesBehind.containsKey(lockedTurn.turn()))
                        .map(lockedTurn ->
                                lockedTurn.settling().answered(lockedTurn.conversation()))
                        .toList(),
                now);
        return all.stream()
                .map(settleCommand -> outcome(settleCommand, held, linesBehind, now))
                .toList();
    }

    private static BatchOutcome<SettleResult> outcome(
            SettleCommand settling,
            Map<ConversationId, LockedConversation> held,
            Map<TurnId, Boolean> linesBehind,
            Instant now) {
        LockedConversation conversation = held.get(settling.turn().conversation());
        if (conversation == null) {
            return new BatchOutcome.RetryAlone<>();
        }
        Boolean lineBehind = linesBehind.get(settling.turn().id());
        return new BatchOutcome.Completed<>(
                lineBehind == null
                        ? new AlreadyEnded()
                        : new Settled(
                                settling.record(SettleCommand.version(conversation), now),
                                lineBehind));
    }

    /** A turn to end, in a conversation that is held. */
    record LockedTurn(SettleCommand settling, LockedConversation conversation) {

        TurnId turn() {
            return settling.turn().id();
        }

        long version() {
            return SettleCommand.version(conversation);
        }
    }
}
