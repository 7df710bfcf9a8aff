package dev.parley.turn.store;

import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationLog;
import dev.parley.conversation.ConversationLog.Held;
import dev.parley.conversation.ConversationLog.Patience;
import dev.parley.conversation.ConversationLog.Wanted;
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

    private final ConversationLog conversations;
    private final TurnRepository turns;
    private final RunnerLease runner;
    private final Clock clock;

    TurnSettler(
            ConversationLog conversations, TurnRepository turns, RunnerLease runner, Clock clock) {
        this.conversations = conversations;
        this.turns = turns;
        this.runner = runner;
        this.clock = clock;
    }

    @Override
    @Transactional
    public List<BatchOutcome<SettleResult>> executeBatch(List<SettleCommand> settlings) {
        return settle(settlings, Patience.PASS_OVER);
    }

    @Override
    @Transactional
    public SettleResult executeSingle(SettleCommand settling) {
        return switch (settle(List.of(settling), Patience.WAIT).getFirst()) {
            case BatchOutcome.Completed<SettleResult> done -> done.result();
            case BatchOutcome.Rejected<SettleResult> refused -> throw refused.reason();
            case BatchOutcome.RetryAlone<SettleResult> gone ->
                    throw new TurnNotFound(settling.turn().id());
        };
    }

    private List<BatchOutcome<SettleResult>> settle(List<SettleCommand> all, Patience patience) {
        Instant now = clock.instant();
        Map<ConversationId, Held> held =
                conversations.hold(
                        all.stream()
                                .map(one ->
                                        new Wanted(one.turn().conversation(), one.turn().user()))
                                .toList(),
                        patience);
        List<LockedTurn> endings =
                all.stream()
                        .flatMap(one ->
                                Optional.ofNullable(held.get(one.turn().conversation())).stream()
                                        .map(conversation -> new LockedTurn(one, conversation)))
                        .toList();
        Map<TurnId, Boolean> linesBehind = turns.end(endings, runner.id(), now);
        conversations.answer(
                endings.stream()
                        .filter(one -> linesBehind.containsKey(one.turn()))
                        .map(one -> one.settling().answered(one.conversation()))
                        .toList(),
                now);
        return all.stream().map(one -> outcome(one, held, linesBehind, now)).toList();
    }

    private static BatchOutcome<SettleResult> outcome(
            SettleCommand settling,
            Map<ConversationId, Held> held,
            Map<TurnId, Boolean> linesBehind,
            Instant now) {
        Held conversation = held.get(settling.turn().conversation());
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
    record LockedTurn(SettleCommand settling, Held conversation) {

        TurnId turn() {
            return settling.turn().id();
        }

        long version() {
            return SettleCommand.version(conversation);
        }
    }
}
