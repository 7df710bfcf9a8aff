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
import dev.parley.hiring.Hired;
import dev.parley.hiring.NotHired;
import dev.parley.hiring.UserHirings;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.database.groupcommit.BatchHandler;
import dev.parley.platform.database.groupcommit.BatchOutcome;
import dev.parley.platform.identity.UserId;
import dev.parley.profile.UserProfile;
import dev.parley.quota.Query;
import dev.parley.quota.QuotaExhausted;
import dev.parley.quota.UserQuota;
import dev.parley.turn.Ledger.OpenResult;
import dev.parley.turn.Ledger.Opened;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Opens turns, of as many users as there are turns: claims, charges, stores, reads, each in one
 * statement for all of them.
 *
 * <p>Rows are locked in the same order everywhere: conversations, turns, quotas. Whatever a turn
 * that is refused has written by then is taken back in the same transaction.
 */
@ApplicationScoped
class Openings implements BatchHandler<NewTurn, OpenResult> {

    private final ConversationLog conversations;
    private final UserQuota quota;
    private final UserHirings hirings;
    private final UserProfile profiles;
    private final Agents agents;
    private final Turns turns;
    private final IdempotencyKeys keys;
    private final RunnerLease runner;
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
            RunnerLease runner,
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
    public List<BatchOutcome<OpenResult>> executeBatch(List<NewTurn> requests) {
        return new Transaction(requests, Patience.PASS_OVER).open();
    }

    @Override
    @Transactional
    public OpenResult executeSingle(NewTurn turn) {
        return switch (new Transaction(List.of(turn), Patience.WAIT).open().getFirst()) {
            case BatchOutcome.Completed<OpenResult> done -> done.result();
            case BatchOutcome.Rejected<OpenResult> refused -> throw refused.reason();
            case BatchOutcome.RetryAlone<OpenResult> appeared ->
                    throw new ConversationNotFound(turn.conversation().orElseThrow());
        };
    }

    /**
     * What one transaction does. Each step decides on some of the turns, most by a refusal, and
     * hands on those that are still undecided.
     */
    private final class Transaction {

        private final List<NewTurn> requests;
        private final Patience patience;
        private final Instant now = clock.instant();
        private final Map<TurnId, BatchOutcome<OpenResult>> outcomes = new HashMap<>();

        Transaction(List<NewTurn> requests, Patience patience) {
            this.requests = requests;
            this.patience = patience;
        }

        List<BatchOutcome<OpenResult>> open() {
            List<Placed> resolved = resolve();
            List<Placed> keyed = reserveKeys(resolved);
            List<Placed> hired = checkHiring(keyed);
            List<Placed> admitted = checkAgent(hired);
            Set<TurnId> running = insert(admitted);
            List<Placed> inserted = enqueue(admitted, running);
            List<Placed> charged = charge(inserted);
            undoRejected(keyed, inserted);
            store(charged, running);
            return requests.stream().map(turn -> outcomes.get(turn.id())).toList();
        }

        /** Finds, and locks, the conversation of each turn, and the position of its message. */
        private List<Placed> resolve() {
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
            Held conversation = held.get(wanted);
            if (conversation != null) {
                return Stream.of(Placed.in(conversation, turn));
            }
            outcomes.put(
                    turn.id(),
                    heldByOthers.contains(wanted)
                            ? new BatchOutcome.RetryAlone<>()
                            : new BatchOutcome.Rejected<>(new ConversationNotFound(wanted)));
            return Stream.empty();
        }

        /** Before anything else is asked: a repeated request is given its turn, come what may. */
        private List<Placed> reserveKeys(List<Placed> resolved) {
            outcomes.putAll(
                    keys.take(
                            resolved.stream()
                                    .map(Placed::turn)
                                    .filter(turn -> turn.key().isPresent())
                                    .toList(),
                            now));
            return undecided(resolved);
        }

        /** Some agents answer only users who have hired them. */
        private List<Placed> checkHiring(List<Placed> keyed) {
            List<Placed> asking =
                    keyed.stream()
                            .filter(placed -> agents.requiresHiring(placed.agentType()))
                            .toList();
            Set<Hired> hired = hirings.among(asking.stream().map(Transaction::hiring).toList());
            asking.stream()
                    .filter(placed -> !hired.contains(hiring(placed)))
                    .forEach(placed -> refuse(placed, new NotHired(placed.agentType())));
            return undecided(keyed);
        }

        private static Hired hiring(Placed placed) {
            return new Hired(placed.turn().user(), placed.agentType());
        }

        private List<Placed> checkAgent(List<Placed> hired) {
            for (Placed placed : hired) {
                try {
                    agents.requireAvailable(placed.agentType(), placed.turn().id().value());
                } catch (RuntimeException refusal) {
                    refuse(placed, refusal);
                }
            }
            return undecided(hired);
        }

        /**
         * Inserts running turns, and the conversations that begin with them.
         *
         * @return those that run; in the conversations of the others there is a turn already
         */
        private Set<TurnId> insert(List<Placed> admitted) {
            conversations.begin(
                    admitted.stream().flatMap(Placed::beginning).toList(), patience, now);
            return turns.claim(admitted, runner.id(), now);
        }

        /** Those that do not run are queued, where they want to and can. */
        private List<Placed> enqueue(List<Placed> admitted, Set<TurnId> running) {
            for (Placed placed : admitted) {
                NewTurn turn = placed.turn();
                if (running.contains(turn.id())) {
                    continue;
                }
                if (turn.whenBusy() == WhenBusy.REJECT) {
                    refuse(placed, ConversationBusy.with(placed.conversation()));
                } else if (!turns.queue(placed, runner.id(), config.maxQueued(), now)) {
                    refuse(
                            placed,
                            ConversationBusy.fullLine(placed.conversation(), config.maxQueued()));
                }
            }
            return undecided(admitted);
        }

        private List<Placed> charge(List<Placed> inserted) {
            Map<UserId, QuotaExhausted> exhausted =
                    quota.charge(
                            inserted.stream()
                                    .map(Placed::turn)
                                    .map(turn -> new Query(turn.user(), turn.id().value()))
                                    .toList());
            for (Placed placed : inserted) {
                QuotaExhausted refusal = exhausted.get(placed.turn().user());
                if (refusal != null) {
                    refuse(placed, refusal);
                }
            }
            return undecided(inserted);
        }

        /** Undoes what this transaction has written, and no more: the user may have other turns. */
        private void undoRejected(List<Placed> keyed, List<Placed> inserted) {
            List<Placed> withKeys = keyed.stream().filter(this::isDecided).toList();
            if (withKeys.isEmpty()) {
                return;
            }
            keys.withdraw(withKeys.stream().map(placed -> placed.turn().id()).toList());
            List<Placed> withRows = inserted.stream().filter(this::isDecided).toList();
            if (withRows.isEmpty()) {
                return;
            }
            turns.withdraw(withRows.stream().map(placed -> placed.turn().id()).toList());
            conversations.withdraw(
                    withRows.stream().flatMap(Placed::beginning).map(Beginning::id).toList());
        }

        /** Stores the messages, and reads what the agents of the running turns are to know. */
        private void store(List<Placed> charged, Set<TurnId> running) {
            Map<UUID, List<Said>> histories =
                    conversations.ask(
                            charged.stream()
                                    .map(placed ->
                                            placed.asked(running.contains(placed.turn().id())))
                                    .toList(),
                            config.historyLimits(),
                            now);
            Map<UserId, Acquaintance> known =
                    profiles.acquaintances(
                            charged.stream()
                                    .map(Placed::turn)
                                    .filter(turn -> running.contains(turn.id()))
                                    .map(NewTurn::user)
                                    .toList());
            for (Placed placed : charged) {
                NewTurn turn = placed.turn();
                boolean runsNow = running.contains(turn.id());
                Opened opened =
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
                                List.of());
                outcomes.put(turn.id(), new BatchOutcome.Completed<>(opened));
            }
        }

        private void refuse(Placed placed, RuntimeException reason) {
            outcomes.put(placed.turn().id(), new BatchOutcome.Rejected<>(reason));
        }

        private List<Placed> undecided(List<Placed> turns) {
            return turns.stream().filter(placed -> !isDecided(placed)).toList();
        }

        private boolean isDecided(Placed placed) {
            return outcomes.containsKey(placed.turn().id());
        }
    }
}
