package dev.parley.turn;

import dev.parley.agent.Acquaintance;
import dev.parley.agent.Agents;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationLog;
import dev.parley.conversation.ConversationLog.Beginning;
import dev.parley.conversation.ConversationLog.Held;
import dev.parley.conversation.ConversationLog.Patience;
import dev.parley.conversation.ConversationLog.Wanted;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.conversation.Said;
import dev.parley.database.gathering.Outcome;
import dev.parley.database.gathering.Work;
import dev.parley.hiring.Hired;
import dev.parley.hiring.NotHired;
import dev.parley.hiring.UserHirings;
import dev.parley.identity.UserId;
import dev.parley.profile.UserProfile;
import dev.parley.quota.Query;
import dev.parley.quota.QuotaExhausted;
import dev.parley.quota.UserQuota;
import dev.parley.runner.ThisRunner;
import dev.parley.turn.Ledger.Opened;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Opens turns, of as many users as there are turns: claims, charges, stores, reads, each in one
 * statement for all of them.
 *
 * <p>Rows are locked in the same order everywhere: conversations, turns, quotas. Whatever a turn
 * that is refused has written by then is taken back in the same transaction.
 */
@ApplicationScoped
class Openings implements Work<NewTurn, Opened> {

    private final ConversationLog conversations;
    private final UserQuota quota;
    private final UserHirings hirings;
    private final UserProfile profiles;
    private final Agents agents;
    private final Turns turns;
    private final IdempotencyKeys keys;
    private final ThisRunner runner;
    private final TurnConfig config;
    private final Clock clock;

    Openings(
            ConversationLog conversations,
            UserQuota quota,
            UserHirings hirings,
            UserProfile profiles,
            Agents agents,
            Turns turns,
            IdempotencyKeys keys,
            ThisRunner runner,
            TurnConfig config,
            Clock clock) {
        this.conversations = conversations;
        this.quota = quota;
        this.hirings = hirings;
        this.profiles = profiles;
        this.agents = agents;
        this.turns = turns;
        this.keys = keys;
        this.runner = runner;
        this.config = config;
        this.clock = clock;
    }

    @Override
    @Transactional
    public List<Outcome<Opened>> together(List<NewTurn> requests) {
        return new Transaction(requests, Patience.PASS_OVER).open();
    }

    @Override
    @Transactional
    public Opened alone(NewTurn turn) {
        return switch (new Transaction(List.of(turn), Patience.WAIT).open().getFirst()) {
            case Outcome.Done<Opened> done -> done.result();
            case Outcome.Refused<Opened> refused -> throw refused.reason();
            case Outcome.Apart<Opened> appeared ->
                    throw new ConversationNotFound(turn.conversation().orElseThrow());
        };
    }

    /** What one transaction does: its turns become fewer with each that is refused. */
    private final class Transaction {

        private final List<NewTurn> requests;
        private final Patience patience;
        private final Instant now = clock.instant();
        private final Map<TurnId, Outcome<Opened>> outcomes = new HashMap<>();

        Transaction(List<NewTurn> requests, Patience patience) {
            this.requests = requests;
            this.patience = patience;
        }

        List<Outcome<Opened>> open() {
            List<Placed> keyed = placed();
            keyed = without(keyed, takeKeys(keyed));
            List<Placed> hired = without(keyed, refuseStrangers(keyed));
            List<Placed> left = without(hired, admit(hired));
            conversations.begin(left.stream().flatMap(Placed::beginning).toList(), patience, now);
            Set<TurnId> claimed = turns.claim(left, runner.id(), now);
            List<Placed> written = without(left, queue(left, claimed));
            List<Placed> charged = without(written, charge(written));
            takeBack(notIn(charged, written), notIn(charged, keyed));
            store(charged, claimed);
            return requests.stream().map(turn -> outcomes.get(turn.id())).toList();
        }

        private List<Placed> placed() {
            List<Wanted> wanted = requests.stream().flatMap(Transaction::wanted).toList();
            Map<ConversationId, Held> held = conversations.hold(wanted, patience);
            Set<ConversationId> heldByOthers =
                    conversations.existing(
                            wanted.stream().filter(one -> !held.containsKey(one.id())).toList());
            return requests.stream().flatMap(turn -> place(turn, held, heldByOthers)).toList();
        }

        private static Stream<Wanted> wanted(NewTurn turn) {
            return turn.conversation().stream().map(id -> new Wanted(id, turn.user()));
        }

        private Stream<Placed> place(
                NewTurn turn, Map<ConversationId, Held> held, Set<ConversationId> heldByOthers) {
            if (turn.conversation().isEmpty()) {
                return Stream.of(Placed.atTheBeginning(turn));
            }
            ConversationId wanted = turn.conversation().get();
            Optional<Placed> placed =
                    Optional.ofNullable(held.get(wanted)).map(one -> Placed.in(one, turn));
            if (placed.isEmpty()) {
                outcomes.put(
                        turn.id(),
                        heldByOthers.contains(wanted)
                                ? new Outcome.Apart<>()
                                : new Outcome.Refused<>(new ConversationNotFound(wanted)));
            }
            return placed.stream();
        }

        private Map<TurnId, RuntimeException> takeKeys(List<Placed> those) {
            return keys.take(
                    those.stream()
                            .map(Placed::turn)
                            .filter(turn -> turn.key().isPresent())
                            .toList(),
                    now);
        }

        /** Some agents answer only users who have hired them. */
        private Map<TurnId, RuntimeException> refuseStrangers(List<Placed> those) {
            List<Placed> asking =
                    those.stream()
                            .filter(placed -> agents.requiresHiring(placed.agentType()))
                            .toList();
            Set<Hired> hired = hirings.among(asking.stream().map(Transaction::hiring).toList());
            return asking.stream()
                    .filter(placed -> !hired.contains(hiring(placed)))
                    .collect(
                            Collectors.toMap(
                                    placed -> placed.turn().id(),
                                    placed -> new NotHired(placed.agentType())));
        }

        private static Hired hiring(Placed placed) {
            return new Hired(placed.turn().user(), placed.agentType());
        }

        private Map<TurnId, RuntimeException> admit(List<Placed> those) {
            Map<TurnId, RuntimeException> away = new HashMap<>();
            for (Placed placed : those) {
                TurnId turn = placed.turn().id();
                try {
                    agents.requireAvailable(placed.agentType(), turn.value());
                } catch (RuntimeException refusal) {
                    away.put(turn, refusal);
                }
            }
            return away;
        }

        /** Those whose conversation is not theirs get in line, where they want to and can. */
        private Map<TurnId, RuntimeException> queue(List<Placed> those, Set<TurnId> claimed) {
            Map<TurnId, RuntimeException> busy = new HashMap<>();
            for (Placed placed : those) {
                NewTurn turn = placed.turn();
                if (claimed.contains(turn.id())) {
                    continue;
                }
                if (turn.whenBusy() == WhenBusy.REJECT) {
                    busy.put(turn.id(), ConversationBusy.with(placed.conversation()));
                } else if (!turns.queue(placed, runner.id(), config.maxQueued(), now)) {
                    busy.put(
                            turn.id(),
                            ConversationBusy.fullLine(placed.conversation(), config.maxQueued()));
                }
            }
            return busy;
        }

        private Map<TurnId, RuntimeException> charge(List<Placed> those) {
            Map<UserId, QuotaExhausted> exhausted =
                    quota.charge(
                            those.stream()
                                    .map(Placed::turn)
                                    .map(turn -> new Query(turn.user(), turn.id().value()))
                                    .toList());
            return those.stream()
                    .map(Placed::turn)
                    .filter(turn -> exhausted.containsKey(turn.user()))
                    .collect(Collectors.toMap(NewTurn::id, turn -> exhausted.get(turn.user())));
        }

        private List<Placed> without(List<Placed> those, Map<TurnId, RuntimeException> refusals) {
            refusals.forEach((id, reason) -> outcomes.put(id, new Outcome.Refused<>(reason)));
            return those.stream()
                    .filter(placed -> !refusals.containsKey(placed.turn().id()))
                    .toList();
        }

        private static List<Placed> notIn(List<Placed> some, List<Placed> all) {
            return all.stream().filter(placed -> !some.contains(placed)).toList();
        }

        /**
         * Nothing but what this transaction has written: who is refused may have a turn already.
         */
        private void takeBack(List<Placed> written, List<Placed> keyed) {
            if (keyed.isEmpty()) {
                return;
            }
            keys.withdraw(keyed.stream().map(placed -> placed.turn().id()).toList());
            if (written.isEmpty()) {
                return;
            }
            turns.withdraw(written.stream().map(placed -> placed.turn().id()).toList());
            conversations.withdraw(
                    written.stream().flatMap(Placed::beginning).map(Beginning::id).toList());
        }

        private void store(List<Placed> those, Set<TurnId> claimed) {
            Map<UUID, List<Said>> histories =
                    conversations.ask(
                            those.stream()
                                    .map(placed ->
                                            placed.asked(claimed.contains(placed.turn().id())))
                                    .toList(),
                            config.historyLimits(),
                            now);
            Map<UserId, Acquaintance> known =
                    profiles.acquaintances(
                            those.stream()
                                    .map(Placed::turn)
                                    .filter(turn -> claimed.contains(turn.id()))
                                    .map(NewTurn::user)
                                    .toList());
            for (Placed placed : those) {
                NewTurn turn = placed.turn();
                boolean runsNow = claimed.contains(turn.id());
                outcomes.put(
                        turn.id(),
                        new Outcome.Done<>(
                                new Opened(
                                        new Fence(turn.id(), runner.id(), 1),
                                        turn.user(),
                                        placed.conversation(),
                                        placed.agentType(),
                                        now,
                                        !runsNow,
                                        runsNow
                                                ? known.getOrDefault(turn.user(), Acquaintance.NONE)
                                                : Acquaintance.NONE,
                                        histories.getOrDefault(turn.id().value(), List.of()),
                                        List.of())));
            }
        }
    }
}
