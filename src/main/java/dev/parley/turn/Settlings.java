package dev.parley.turn;

import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationLog;
import dev.parley.conversation.ConversationLog.Held;
import dev.parley.conversation.ConversationLog.Patience;
import dev.parley.conversation.ConversationLog.Wanted;
import dev.parley.database.gathering.Outcome;
import dev.parley.database.gathering.Work;
import dev.parley.runner.ThisRunner;
import dev.parley.turn.Ledger.AlreadyEnded;
import dev.parley.turn.Ledger.SettleResult;
import dev.parley.turn.Ledger.Settled;
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
class Settlings implements Work<Settling, SettleResult> {

    private final ConversationLog conversations;
    private final Turns turns;
    private final ThisRunner runner;
    private final Clock clock;

    Settlings(ConversationLog conversations, Turns turns, ThisRunner runner, Clock clock) {
        this.conversations = conversations;
        this.turns = turns;
        this.runner = runner;
        this.clock = clock;
    }

    @Override
    @Transactional
    public List<Outcome<SettleResult>> together(List<Settling> settlings) {
        return settle(settlings, Patience.PASS_OVER);
    }

    @Override
    @Transactional
    public SettleResult alone(Settling settling) {
        return switch (settle(List.of(settling), Patience.WAIT).getFirst()) {
            case Outcome.Done<SettleResult> done -> done.result();
            case Outcome.Refused<SettleResult> refused -> throw refused.reason();
            case Outcome.Apart<SettleResult> gone -> throw new TurnNotFound(settling.turn().id());
        };
    }

    private List<Outcome<SettleResult>> settle(List<Settling> all, Patience patience) {
        Instant now = clock.instant();
        Map<ConversationId, Held> held =
                conversations.hold(
                        all.stream()
                                .map(one ->
                                        new Wanted(one.turn().conversation(), one.turn().user()))
                                .toList(),
                        patience);
        List<Settleable> endings =
                all.stream()
                        .flatMap(one ->
                                Optional.ofNullable(held.get(one.turn().conversation())).stream()
                                        .map(conversation -> new Settleable(one, conversation)))
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

    private static Outcome<SettleResult> outcome(
            Settling settling,
            Map<ConversationId, Held> held,
            Map<TurnId, Boolean> linesBehind,
            Instant now) {
        Held conversation = held.get(settling.turn().conversation());
        if (conversation == null) {
            return new Outcome.Apart<>();
        }
        Boolean lineBehind = linesBehind.get(settling.turn().id());
        return new Outcome.Done<>(
                lineBehind == null
                        ? new AlreadyEnded()
                        : new Settled(
                                settling.record(Settling.version(conversation), now), lineBehind));
    }

    /** A turn to end, in a conversation that is held. */
    record Settleable(Settling settling, Held conversation) {

        TurnId turn() {
            return settling.turn().id();
        }

        long version() {
            return Settling.version(conversation);
        }
    }
}
