package dev.parley.turn.store;

import dev.parley.account.AccountLocks;
import dev.parley.agent.AgentCatalogue;
import dev.parley.agent.AgentType;
import dev.parley.agent.UserContext;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.conversation.ConversationStore;
import dev.parley.conversation.ConversationStore.ConversationRef;
import dev.parley.conversation.ConversationStore.LockedConversation;
import dev.parley.conversation.ConversationStore.NewConversation;
import dev.parley.conversation.History;
import dev.parley.hiring.AgentHire;
import dev.parley.hiring.AgentNotHired;
import dev.parley.hiring.HiringService;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.database.CapacityExceeded;
import dev.parley.platform.database.groupcommit.BatchHandler;
import dev.parley.platform.database.groupcommit.BatchOutcome;
import dev.parley.platform.database.sql.CommitOutcomeUnknown;
import dev.parley.platform.database.sql.LockWait;
import dev.parley.platform.database.sql.RoundTrip;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.problem.LimitReached;
import dev.parley.platform.problem.ParleyException;
import dev.parley.profile.ProfileService;
import dev.parley.quota.Charge;
import dev.parley.quota.QuotaExhausted;
import dev.parley.quota.QuotaService;
import dev.parley.quota.Reservation;
import dev.parley.turn.ConversationBusy;
import dev.parley.turn.ConversationWaiting;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.WhenBusy;
import dev.parley.turn.memory.TurnMemory;
import dev.parley.turn.store.TurnStore.OpenResult;
import dev.parley.turn.store.TurnStore.TurnContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Opens a batch of turns, no two of one conversation and no two with one idempotency key. Claiming,
 * charging, storing and reading take one statement each for the whole batch.
 *
 * <p>Rows are locked in the same order everywhere: accounts, conversations, turns, quotas. The rows
 * that a rejected turn has written are deleted in the same transaction.
 */
@ApplicationScoped
public class TurnOpener implements BatchHandler<TurnRequest, OpenResult> {

    private final AccountLocks accounts;
    private final ConversationStore conversations;
    private final QuotaService quota;
    private final HiringService hirings;
    private final ProfileService profiles;
    private final AgentCatalogue agents;
    private final TurnRepository turns;
    private final IdempotencyKeyRepository keys;
    private final RunnerLease runner;
    private final TurnConfig config;
    private final TurnMemory memory;
    private final TurnReserve reserve;
    private final Clock clock;

    TurnOpener(
            AccountLocks accounts,
            ConversationStore conversations,
            QuotaService quota,
            HiringService hirings,
            ProfileService profiles,
            AgentCatalogue agents,
            TurnRepository turns,
            IdempotencyKeyRepository keys,
            RunnerLease runner,
            TurnConfig config,
            TurnMemory memory,
            TurnReserve reserve,
            Clock clock) {
        this.accounts = accounts;
        this.conversations = conversations;
        this.quota = quota;
        this.hirings = hirings;
        this.profiles = profiles;
        this.agents = agents;
        this.turns = turns;
        this.keys = keys;
        this.runner = runner;
        this.config = config;
        this.memory = memory;
        this.reserve = reserve;
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
            case BatchOutcome.Completed<OpenResult> completed -> completed.result();
            case BatchOutcome.Rejected<OpenResult> rejected -> throw rejected.reason();
            case BatchOutcome.RetryAlone<OpenResult> retry ->
                    throw new CapacityExceeded("Another transaction changed the turn's rows.");
        };
    }

    /**
     * One transaction. Each method decides the outcome of some turns, most by a rejection, and
     * returns the turns that are still undecided.
     */
    private final class Transaction {

        private final List<TurnRequest> requests;
        private final LockWait lockWait;
        private final Instant now = clock.instant();
        private final Map<TurnId, BatchOutcome<OpenResult>> outcomes = new HashMap<>();
        private final Map<UUID, Reservation> reservations = new HashMap<>();
        private final Map<UserId, UserContext> userContexts = new HashMap<>();

        Transaction(List<TurnRequest> requests, LockWait lockWait) {
            this.requests = requests;
            this.lockWait = lockWait;
        }

        List<BatchOutcome<OpenResult>> open() {
            List<PositionedTurn> resolved = lock(admit());
            List<PositionedTurn> keyed = reserveKeys(resolved);
            List<PositionedTurn> hired = checkHiring(keyed);
            List<PositionedTurn> admitted = checkAgent(hired);
            List<PositionedTurn> placed = createConversations(admitted);
            Set<TurnId> running = turns.insertRunning(placed, runner.id(), now);
            List<PositionedTurn> inserted = enqueue(placed, running);
            List<PositionedTurn> charged = charge(inserted);
            undoRejected(keyed, inserted);
            requestCancellations(charged, running);
            store(charged, running);
            return requests.stream().map(turn -> outcomes.get(turn.id())).toList();
        }

        /** Takes no more turns than there is memory for the histories that are read at the end. */
        private List<TurnRequest> admit() {
            int remaining = memory.remainingHistories();
            requests.stream()
                    .skip(remaining)
                    .forEach(turn ->
                            outcomes.put(
                                    turn.id(), new BatchOutcome.Rejected<>(memory.exhausted())));
            return requests.stream().limit(remaining).toList();
        }

        /**
         * Locks the accounts and the conversations of the turns and reads what agents learn about
         * the users, all in one round trip. A transaction that waits for locks knows first whose
         * account is being erased: the conversations of such an account are locked for minutes.
         */
        private List<PositionedTurn> lock(List<TurnRequest> admitted) {
            if (admitted.isEmpty()) {
                return List.of();
            }
            Set<UserId> users =
                    admitted.stream()
                            .map(TurnRequest::user)
                            .collect(Collectors.toUnmodifiableSet());
            if (lockWait == LockWait.WAIT) {
                List<TurnRequest> ofAccounts = withAccount(admitted, accounts.lock(users));
                Map<ConversationRef, LockedConversation> locked =
                        conversations.lock(conversationsOf(ofAccounts), lockWait);
                // As new as the history, which is read after the lock too
                userContexts.putAll(profiles.userContexts(users));
                return resolve(ofAccounts, locked);
            }
            RoundTrip together = new RoundTrip();
            RoundTrip.Result<UserId> lockedAccounts = together.add(accounts.locking(users));
            // Without conversations, the lock timeout that comes with them must not hold for what
            // follows
            List<ConversationRef> wanted = conversationsOf(admitted);
            Optional<RoundTrip.Result<LockedConversation>> locked =
                    wanted.isEmpty()
                            ? Optional.empty()
                            : Optional.of(together.add(conversations.locking(wanted, lockWait)));
            RoundTrip.Result<Map.Entry<UserId, UserContext>> contexts =
                    together.add(profiles.readingUserContexts(users));
            together.send();
            userContexts.putAll(ProfileService.byUser(contexts.rows()));
            return resolve(
                    withAccount(admitted, accounts.reasons(users, lockedAccounts.rows())),
                    ConversationStore.byRef(locked.map(RoundTrip.Result::rows).orElse(List.of())));
        }

        /** An account that is being erased refuses its own turns, and does not delay others. */
        private List<TurnRequest> withAccount(
                List<TurnRequest> admitted, Map<UserId, ParleyException> reasons) {
            for (TurnRequest turn : admitted) {
                ParleyException reason = reasons.get(turn.user());
                if (reason != null) {
                    outcomes.put(turn.id(), new BatchOutcome.Rejected<>(reason));
                }
            }
            return admitted.stream().filter(turn -> !reasons.containsKey(turn.user())).toList();
        }

        /** Finds the conversation of each turn, and determines the position of its message. */
        private List<PositionedTurn> resolve(
                List<TurnRequest> ofAccounts, Map<ConversationRef, LockedConversation> locked) {
            Set<ConversationRef> lockedByOthers =
                    conversations.existing(
                            conversationsOf(ofAccounts).stream()
                                    .filter(ref -> !locked.containsKey(ref))
                                    .toList());
            return ofAccounts.stream()
                    .flatMap(turn -> position(turn, locked, lockedByOthers))
                    .toList();
        }

        private static List<ConversationRef> conversationsOf(List<TurnRequest> turns) {
            return turns.stream().flatMap(Transaction::wanted).toList();
        }

        private static Stream<ConversationRef> wanted(TurnRequest turn) {
            return turn.conversation().stream().map(id -> new ConversationRef(id, turn.user()));
        }

        private Stream<PositionedTurn> position(
                TurnRequest turn,
                Map<ConversationRef, LockedConversation> locked,
                Set<ConversationRef> lockedByOthers) {
            if (turn.conversation().isEmpty()) {
                return Stream.of(PositionedTurn.ofNewConversation(turn));
            }
            ConversationRef wanted = new ConversationRef(turn.conversation().get(), turn.user());
            LockedConversation conversation = locked.get(wanted);
            if (conversation != null) {
                return Stream.of(PositionedTurn.in(conversation, turn));
            }
            outcomes.put(
                    turn.id(),
                    lockedByOthers.contains(wanted)
                            ? new BatchOutcome.RetryAlone<>()
                            : new BatchOutcome.Rejected<>(new ConversationNotFound(wanted.id())));
            return Stream.empty();
        }

        /** Runs before the other checks, so that a repeated request gets its turn in any case. */
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

        /** Some agents answer only users who have hired the agent. */
        private List<PositionedTurn> checkHiring(List<PositionedTurn> keyed) {
            List<PositionedTurn> hireOnly =
                    keyed.stream()
                            .filter(positioned -> agents.requiresHiring(positioned.agentType()))
                            .toList();
            Set<AgentHire> hired =
                    hirings.among(hireOnly.stream().map(Transaction::toHire).toList());
            hireOnly.stream()
                    .filter(positioned -> !hired.contains(toHire(positioned)))
                    .forEach(positioned ->
                            reject(positioned, new AgentNotHired(positioned.agentType())));
            return undecided(keyed);
        }

        private static AgentHire toHire(PositionedTurn positioned) {
            return new AgentHire(positioned.turn().user(), positioned.agentType());
        }

        private List<PositionedTurn> checkAgent(List<PositionedTurn> hired) {
            for (PositionedTurn positioned : hired) {
                try {
                    agents.requireAvailable(positioned.agentType(), positioned.turn().id().value());
                } catch (RuntimeException failure) {
                    reject(positioned, failure);
                }
            }
            return undecided(hired);
        }

        /** Creates the conversations that begin with these turns. */
        private List<PositionedTurn> createConversations(List<PositionedTurn> admitted) {
            Map<ConversationId, LimitReached> leftOut =
                    conversations.create(
                            admitted.stream().flatMap(PositionedTurn::newConversation).toList(),
                            lockWait,
                            now);
            for (PositionedTurn positioned : admitted) {
                LimitReached reason = leftOut.get(positioned.conversation());
                if (reason != null) {
                    reject(positioned, reason);
                }
            }
            return undecided(admitted);
        }

        /**
         * Queues the turns that do not run because another turn runs or waits in the conversation,
         * if the request allows queueing and the queue is not full.
         */
        private List<PositionedTurn> enqueue(List<PositionedTurn> placed, Set<TurnId> running) {
            List<PositionedTurn> refused = new ArrayList<>();
            for (PositionedTurn positioned : placed) {
                TurnRequest turn = positioned.turn();
                if (running.contains(turn.id())) {
                    continue;
                }
                if (turn.whenBusy() == WhenBusy.REJECT) {
                    refused.add(positioned);
                } else if (!turns.insertQueued(positioned, runner.id(), config.maxQueued(), now)) {
                    reject(
                            positioned,
                            ConversationBusy.queueFull(
                                    positioned.conversation(), config.maxQueued()));
                }
            }
            rejectBusy(refused);
            return undecided(placed);
        }

        private void rejectBusy(List<PositionedTurn> refused) {
            Map<ConversationId, TurnId> waiting =
                    turns.findWaiting(refused.stream().map(PositionedTurn::conversation).toList());
            for (PositionedTurn positioned : refused) {
                ConversationId conversation = positioned.conversation();
                TurnId turn = waiting.get(conversation);
                reject(
                        positioned,
                        turn == null
                                ? ConversationBusy.with(conversation)
                                : new ConversationWaiting(conversation, turn));
            }
        }

        private List<PositionedTurn> charge(List<PositionedTurn> inserted) {
            QuotaService.Charged result =
                    quota.charge(inserted.stream().map(this::toCharge).toList(), lockWait);
            for (PositionedTurn positioned : inserted) {
                UUID turn = positioned.turn().id().value();
                QuotaExhausted exhaustion = result.exhausted().get(turn);
                if (exhaustion != null) {
                    reject(positioned, exhaustion);
                } else if (result.locked().contains(turn)) {
                    outcomes.put(positioned.turn().id(), new BatchOutcome.RetryAlone<>());
                }
            }
            reservations.putAll(result.reservations());
            return undecided(inserted);
        }

        /** The price of today: a later change of the catalogue does not change the charge. */
        private Charge toCharge(PositionedTurn positioned) {
            TurnRequest turn = positioned.turn();
            AgentType agent = positioned.agentType();
            return new Charge(
                    turn.user(),
                    turn.id().value(),
                    agents.price(agent),
                    Optional.of(reserve.toOpen(agent)));
        }

        /**
         * Deletes only the rows that this transaction has written: the user may have other turns.
         */
        private void undoRejected(List<PositionedTurn> keyed, List<PositionedTurn> inserted) {
            List<PositionedTurn> withKeys = keyed.stream().filter(this::isDecided).toList();
            if (withKeys.isEmpty()) {
                return;
            }
            keys.release(withKeys.stream().map(positioned -> positioned.turn().id()).toList());
            List<PositionedTurn> withRows = inserted.stream().filter(this::isDecided).toList();
            if (withRows.isEmpty()) {
                return;
            }
            turns.deleteAll(withRows.stream().map(positioned -> positioned.turn().id()).toList());
            conversations.delete(
                    withRows.stream()
                            .flatMap(PositionedTurn::newConversation)
                            .map(NewConversation::id)
                            .toList());
        }

        /**
         * Records which running turns queued turns want cancelled. In the same transaction, because
         * the process may die after the commit: then the runner of the running turn finds the
         * request.
         */
        private void requestCancellations(List<PositionedTurn> charged, Set<TurnId> running) {
            List<ConversationId> toCancel =
                    charged.stream()
                            .filter(positioned ->
                                    positioned.turn().whenBusy() == WhenBusy.CANCEL_RUNNING)
                            .filter(positioned -> !running.contains(positioned.turn().id()))
                            .map(PositionedTurn::conversation)
                            .toList();
            if (!toCancel.isEmpty()) {
                turns.requestCancellations(toCancel, now);
            }
        }

        /**
         * Stores the messages, reads the history for the agents of the running turns, and commits:
         * nothing that comes after may touch the database, or fail.
         */
        private void store(List<PositionedTurn> charged, Set<TurnId> running) {
            Map<UUID, History> histories =
                    conversations.appendUserMessagesAndCommit(
                            charged.stream()
                                    .map(positioned ->
                                            positioned.toUserMessage(
                                                    running.contains(positioned.turn().id())))
                                    .toList(),
                            config.historyLimits(),
                            now);
            CommitOutcomeUnknown.onFailure(() -> complete(charged, running, histories));
        }

        private void complete(
                List<PositionedTurn> charged, Set<TurnId> running, Map<UUID, History> histories) {
            for (PositionedTurn positioned : charged) {
                TurnRequest turn = positioned.turn();
                boolean runsNow = running.contains(turn.id());
                History history = histories.getOrDefault(turn.id().value(), History.NONE);
                memory.countHistory(turn.id(), history);
                TurnContext opened =
                        new TurnContext(
                                new FencingToken(turn.id(), runner.id(), 1),
                                turn.user(),
                                positioned.conversation(),
                                positioned.agentType(),
                                now,
                                !runsNow,
                                runsNow
                                        ? userContexts.getOrDefault(turn.user(), UserContext.NONE)
                                        : UserContext.NONE,
                                history,
                                Exchange.NONE,
                                reservations.getOrDefault(
                                        turn.id().value(), Reservation.UNLIMITED));
                outcomes.put(turn.id(), new BatchOutcome.Completed<>(opened));
            }
        }

        private void reject(PositionedTurn positioned, RuntimeException reason) {
            outcomes.put(positioned.turn().id(), new BatchOutcome.Rejected<>(reason));
        }

        private List<PositionedTurn> undecided(List<PositionedTurn> turns) {
            return turns.stream().filter(positioned -> !isDecided(positioned)).toList();
        }

        private boolean isDecided(PositionedTurn positioned) {
            return outcomes.containsKey(positioned.turn().id());
        }
    }
}
