package dev.parley.turn.recovery;

import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationStore;
import dev.parley.notification.NewNotification;
import dev.parley.notification.NotificationKind;
import dev.parley.notification.NotificationService;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.cluster.RunnerRepository;
import dev.parley.turn.TurnId;
import dev.parley.turn.store.ExchangeRepository;
import dev.parley.turn.store.TurnRepository;
import dev.parley.turn.store.TurnStore;
import dev.parley.turn.store.UsageRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Ends or takes over turns whose runner was lost, a batch per transaction. Conversations that
 * another transaction has locked, to recover or settle a turn, are skipped.
 */
@ApplicationScoped
class StrandedTurnStore {

    private static final String TITLE = "Your message was not answered";
    private static final String BODY =
            "The service was interrupted while it was answering. The message is not repeated"
                    + " automatically; send it again if you still want an answer.";
    private static final String DETAIL =
            "The instance that ran the turn was lost; send the message again.";

    private final TurnRepository turns;
    private final ConversationStore conversations;
    private final NotificationService notifications;
    private final TurnStore turnStore;
    private final ExchangeRepository exchanges;
    private final UsageRepository usage;
    private final RunnerRepository runners;
    private final RunnerLease runner;
    private final Clock clock;

    StrandedTurnStore(
            TurnRepository turns,
            ConversationStore conversations,
            NotificationService notifications,
            TurnStore turnStore,
            ExchangeRepository exchanges,
            UsageRepository usage,
            RunnerRepository runners,
            RunnerLease runner,
            Clock clock) {
        this.turns = turns;
        this.conversations = conversations;
        this.notifications = notifications;
        this.turnStore = turnStore;
        this.exchanges = exchanges;
        this.usage = usage;
        this.runners = runners;
        this.runner = runner;
        this.clock = clock;
    }

    /** The turns that are assigned to this runner in the database. */
    @Transactional
    List<TurnRepository.Assigned> assignedHere() {
        return turns.assignedTo(runner.id());
    }

    /**
     * Finds turns whose runner was lost.
     *
     * @param forgotten turns that are assigned to this runner and that this runner does not know
     */
    @Transactional
    List<TurnRepository.Stranded> find(Collection<TurnId> forgotten, int limit) {
        return turns.stranded(forgotten, runners.leaseSeconds(), observedSeconds(), limit);
    }

    @Transactional
    List<ConversationId> findWithIdleQueue(int limit) {
        return turns.findWithIdleQueue(limit);
    }

    /**
     * Ends the turns that are still stranded, and notifies their users. The turns are checked again
     * after their conversations are locked: no turn of a locked conversation can be settled
     * elsewhere before this transaction ends.
     *
     * @return the ended turns
     */
    @Transactional
    List<TurnRepository.Stranded> end(
            List<TurnRepository.Stranded> found, Collection<TurnId> forgotten) {
        Instant now = clock.instant();
        List<TurnRepository.Stranded> stillStranded = lockStranded(found, forgotten);
        if (stillStranded.isEmpty()) {
            return stillStranded;
        }
        Map<ConversationId, Long> versions =
                conversations.incrementVersions(
                        stillStranded.stream().map(TurnRepository.Stranded::conversation).toList(),
                        now);
        turns.endStranded(stillStranded, versions, DETAIL, now);
        List<TurnId> ended = stillStranded.stream().map(TurnRepository.Stranded::id).toList();
        usage.settleStored(ended);
        exchanges.deleteEnded(ended);
        notifications.create(
                stillStranded.stream()
                        .filter(turn -> !turn.cancelled())
                        .map(StrandedTurnStore::interruptedNotification)
                        .toList());
        return stillStranded;
    }

    private static NewNotification interruptedNotification(TurnRepository.Stranded turn) {
        return new NewNotification(
                turn.user(), NotificationKind.TURN_INTERRUPTED, TITLE, BODY, turn.id().value());
    }

    /** Takes over a turn that is still stranded, to continue from its recorded tool steps. */
    @Transactional
    Optional<TurnStore.TurnContext> reassign(
            TurnRepository.Stranded found, Collection<TurnId> forgotten) {
        return lockStranded(List.of(found), forgotten).stream()
                .findFirst()
                .flatMap(turn -> turns.reassign(turn.id(), turn.attempt(), runner.id()))
                .map(turn -> turnStore.opened(turn, exchanges.of(new TurnId(turn.id))));
    }

    /**
     * Queues a turn again that this runner has started and has not run.
     *
     * @return false if the turn has ended, or is to be cancelled
     */
    @Transactional
    boolean requeue(TurnId turn, ConversationId conversation) {
        conversations.lock(conversation);
        return turns.requeue(turn, runner.id());
    }

    private List<TurnRepository.Stranded> lockStranded(
            List<TurnRepository.Stranded> found, Collection<TurnId> forgotten) {
        Set<ConversationId> locked =
                conversations.lockSkippingLocked(
                        found.stream()
                                .map(TurnRepository.Stranded::conversation)
                                .collect(Collectors.toUnmodifiableSet()));
        List<TurnId> lockedIds =
                found.stream()
                        .filter(turn -> locked.contains(turn.conversation()))
                        .map(TurnRepository.Stranded::id)
                        .toList();
        return lockedIds.isEmpty()
                ? List.of()
                : turns.lockStranded(
                        forgotten, lockedIds, runners.leaseSeconds(), observedSeconds());
    }

    /** For how long this runner has watched the others without interruption. */
    private double observedSeconds() {
        return runner.uninterrupted().toMillis() / 1_000.0;
    }
}
