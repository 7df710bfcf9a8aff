package dev.parley.turn.store;

import dev.parley.agent.AgentCatalogue;
import dev.parley.agent.UserContext;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.conversation.ConversationStore;
import dev.parley.conversation.ConversationStore.ConversationRef;
import dev.parley.conversation.ConversationStore.LockWait;
import dev.parley.conversation.ConversationStore.LockedConversation;
import dev.parley.conversation.ConversationStore.NewConversation;
import dev.parley.conversation.HistoryMessage;
import dev.parley.hiring.AgentHire;
import dev.parley.hiring.AgentNotHired;
import dev.parley.hiring.HiringService;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.database.groupcommit.BatchHandler;
import dev.parley.platform.database.groupcommit.BatchOutcome;
import dev.parley.platform.identity.UserId;
import dev.parley.profile.ProfileService;
import dev.parley.quota.Charge;
import dev.parley.quota.QuotaExhausted;
import dev.parley.quota.QuotaService;
import dev.parley.turn.ConversationBusy;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.WhenBusy;
import dev.parley.turn.store.TurnStore.OpenResult;
import dev.parley.turn.store.TurnStore.TurnContext;
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
public class TurnOpener implements BatchHandler<TurnRequest, OpenResult> {

    private final ConversationStore conversations;
    private final QuotaService quota;
    private final HiringService hirings;
    private final ProfileService profiles;
    private final AgentCatalogue agents;
    private final TurnRepository turns;
    private final IdempotencyKeyRepository keys;
    private final RunnerLease runner;
    private final TurnConfig config;
    private final Clock clock;

    TurnOpener(
            ConversationStore conversations,
            QuotaService quota,
            HiringService hirings,
            ProfileService profiles,
            AgentCatalogue agents,
            TurnRepository turns,
            IdempotencyKeyRepository keys,
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
    public List<BatchOutcome<OpenResult>> executeBatch(List<TurnRequest> requests) {
        return new Transaction(requests, LockWait.SKIP_LOCKED).open();
    }

    @Override
    @Transactional
    public OpenResult executeSingle(TurnRequest turn) {
        return switch (new Transaction(List.of(turn), LockWait.WAIT).open().getFirst()) {
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

        private final List<TurnRequest> requests;
        private final LockWait patience;
        private final Instant now = clock.instant();
        private final Map<TurnId, BatchOutcome<OpenResult>> outcomes = new HashMap<>();

        Transaction(List<TurnRequest> requests, LockWait patience) {
            this.requests = requests;
            this.patience = patience;
        }

        List<BatchOutcome<OpenResult>> open() {
            List<PositionedTurn> resolved = resolve();
            List<PositionedTurn> keyed = reserveKeys(resolved);
            List<PositionedTurn> hired = checkHiring(keyed);
            List<PositionedTurn> admitted = checkAgent(hired);
            Set<TurnId> running = insert(admitted);
            List<PositionedTurn> inserted = enqueue(admitted, running);
            List<PositionedTurn> charged = charge(inserted);
            undoRejected(keyed, inserted);
            store(charged, running);
            return requests.stream().map(turn -> outcomes.get(turn.id())).toList();
        }

        /** Finds, and locks, the conversation of each turn, and the position of its message. */
        private List<PositionedTurn> resolve() {
            List<ConversationRef> wanted = requests.stream().flatMap(Transaction::wanted).toList();
            Map<ConversationId, LockedConversation> held = conversations.lock(wanted, patience);
            Set<ConversationId> heldByOthers =
                    conversations.existing(
                            wanted.stream()
                                    .filter(conversationRef ->
                                            !held.containsKey(conversationRef.id()))
                                    .toList());
            return requests.stream().flatMap(turn -> place(turn, held, heldByOthers)).toList();
        }

        private static Stream<ConversationRef> wanted(TurnRequest turn) {
            return turn.conversation().stream().map(id -> new ConversationRef(id, turn.user()));
        }

        private Stream<PositionedTurn> place(
                TurnRequest turn,
                Map<ConversationId, LockedConversation> held,
                Set<ConversationId> heldByOthers) {
            if (turn.conversation().isEmpty()) {
                return Stream.of(PositionedTurn.atTheBeginning(turn));
            }
            ConversationId wanted = turn.conversation().get();
            LockedConversation conversation = held.get(wanted);
            if (conversation != null) {
                return Stream.of(PositionedTurn.in(conversation, turn));
            }
            outcomes.put(
                    turn.id(),
                    heldByOthers.contains(wanted)
                            ? new BatchOutcome.RetryAlone<>()
                            : new BatchOutcome.Rejected<>(new ConversationNotFound(wanted)));
            return Stream.empty();
        }

        /** Before anything else is asked: a repeated request is given its turn, come what may. */
        private List<PositionedTurn> reserveKeys(List<PositionedTurn> resolved) {
            outcomes.putAll(
                    keys.reserve(
                            resolved.stream()
                                    .map(PositionedTurn::turn)
                                    .filter(turn -> turn.key().isPresent())
                                    .toList(),
                            now));
            return undecided(resolved);
        }

        /** Some agents answer only users who have hired them. */
        private List<PositionedTurn> checkHiring(List<PositionedTurn> keyed) {
            List<PositionedTurn> asking =
                    keyed.stream()
                            .filter(placed -> agents.requiresHiring(placed.agentType()))
                            .toList();
            Set<AgentHire> hired = hirings.among(asking.stream().map(Transaction::hiring).toList());
            asking.stream()
                    .filter(placed -> !hired.contains(hiring(placed)))
                    .forEach(placed -> refuse(placed, new AgentNotHired(placed.agentType())));
            return undecided(keyed);
        }

        private static AgentHire hiring(PositionedTurn placed) {
            return new AgentHire(placed.turn().user(), placed.agentType());
        }

        private List<PositionedTurn> checkAgent(List<PositionedTurn> hired) {
            for (PositionedTurn placed : hired) {
                try {
                    agents.requireAvailable(placed.agentType(), placed.turn().id().value());
                } catch (RuntimeException failure) {
                    refuse(placed, failure);
                }
            }
            return undecided(hired);
        }

        /**
         * Inserts running turns, and the conversations that begin with them.
         *
         * @return those that run; in the conversations of the others there is a turn already
         */
        private Set<TurnId> insert(List<PositionedTurn> admitted) {
            conversations.create(
                    admitted.stream().flatMap(PositionedTurn::beginning).toList(), patience, now);
            return turns.insertRunning(admitted, runner.id(), now);
        }

        /** Those that do not run are queued, where they want to and can. */
        private List<PositionedTurn> enqueue(List<PositionedTurn> admitted, Set<TurnId> running) {
            for (PositionedTurn placed : admitted) {
                TurnRequest turn = placed.turn();
                if (running.contains(turn.id())) {
                    continue;
                }
                if (turn.whenBusy() == WhenBusy.REJECT) {
                    refuse(placed, ConversationBusy.with(placed.conversation()));
                } else if (!turns.insertQueued(placed, runner.id(), config.maxQueued(), now)) {
                    refuse(
                            placed,
                            ConversationBusy.queueFull(placed.conversation(), config.maxQueued()));
                }
            }
            return undecided(admitted);
        }

        private List<PositionedTurn> charge(List<PositionedTurn> inserted) {
            Map<UserId, QuotaExhausted> exhausted =
                    quota.charge(
                            inserted.stream()
                                    .map(PositionedTurn::turn)
                                    .map(turn -> new Charge(turn.user(), turn.id().value()))
                                    .toList());
            for (PositionedTurn placed : inserted) {
                QuotaExhausted refusal = exhausted.get(placed.turn().user());
                if (refusal != null) {
                    refuse(placed, refusal);
                }
            }
            return undecided(inserted);
        }

        /** Undoes what this transaction has written, and no more: the user may have other turns. */
        private void undoRejected(List<PositionedTurn> keyed, List<PositionedTurn> inserted) {
            List<PositionedTurn> withKeys = keyed.stream().filter(this::isDecided).toList();
            if (withKeys.isEmpty()) {
                return;
            }
            keys.release(withKeys.stream().map(placed -> placed.turn().id()).toList());
            List<PositionedTurn> withRows = inserted.stream().filter(this::isDecided).toList();
            if (withRows.isEmpty()) {
                return;
            }
            turns.deleteAll(withRows.stream().map(placed -> placed.turn().id()).toList());
            conversations.delete(
                    withRows.stream()
                            .flatMap(PositionedTurn::beginning)
                            .map(NewConversation::id)
                            .toList());
        }

        /** Stores the messages, and reads what the agents of the running turns are to know. */
        private void store(List<PositionedTurn> charged, Set<TurnId> running) {
            Map<UUID, List<HistoryMessage>> histories =
                    conversations.appendUserMessages(
                            charged.stream()
                                    .map(placed ->
                                            placed.asked(running.contains(placed.turn().id())))
                                    .toList(),
                            config.historyLimits(),
                            now);
            Map<UserId, UserContext> known =
                    profiles.userContexts(
                            charged.stream()
                                    .map(PositionedTurn::turn)
                                    .filter(turn -> running.contains(turn.id()))
                                    .map(TurnRequest::user)
                                    .toList());
            for (PositionedTurn placed : charged) {
                TurnRequest turn = placed.turn();
                boolean runsNow = running.contains(turn.id());
                TurnContext opened =
                        new TurnContext(
                                new FencingToken(turn.id(), runner.id(), 1),
                                turn.user(),
                                placed.conversation(),
                                placed.agentType(),
                                now,
                                !runsNow,
                                runsNow
                                        ? known.getOrDefault(turn.user(), UserContext.NONE)
                                        : UserContext.NONE,
                                histories.getOrDefault(turn.id().value(), List.of()),
                                List.of());
                outcomes.put(turn.id(), new BatchOutcome.Completed<>(opened));
            }
        }

        private void refuse(PositionedTurn placed, RuntimeException reason) {
            outcomes.put(placed.turn().id(), new BatchOutcome.Rejected<>(reason));
        }

        private List<PositionedTurn> undecided(List<PositionedTurn> turns) {
            return turns.stream().filter(placed -> !isDecided(placed)).toList();
        }

        private boolean isDecided(PositionedTurn placed) {
            return outcomes.containsKey(placed.turn().id());
        }
    }
}
