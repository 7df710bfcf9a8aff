package dev.parley.turn.recovery;

import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationStore;
import dev.parley.notification.NewNotification;
import dev.parley.notification.NotificationKind;
import dev.parley.notification.NotificationService;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.cluster.RunnerRepository;
import dev.parley.turn.TurnId;
import dev.parley.turn.store.ToolStepRepository;
import dev.parley.turn.store.TurnRepository;
import dev.parley.turn.store.TurnStore;
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
 * Takes care of turns that nobody runs any more, a batch in one transaction. Whoever else is at the
 * same work, or settles one of them at this moment, is passed over.
 */
@ApplicationScoped
class StrandedTurnStore {

    private static final String TITLE = "Your message was not answered";
    private static final String BODY =
            "The service was interrupted while it was answering. Nothing is done again by itself;"
                    + " send the message again if you still want an answer.";
    private static final String DETAIL =
            "The process that ran the turn was lost; send the message again.";

    private final TurnRepository turns;
    private final ConversationStore conversations;
    private final NotificationService notifications;
    private final TurnStore ledger;
    private final ToolStepRepository steps;
    private final RunnerRepository runners;
    private final RunnerLease runner;
    private final Clock clock;

    StrandedTurnStore(
            TurnRepository turns,
            ConversationStore conversations,
            NotificationService notifications,
            TurnStore ledger,
            ToolStepRepository steps,
            RunnerRepository runners,
            RunnerLease runner,
            Clock clock) {
        this.turns = turns;
        this.conversations = conversations;
        this.notifications = notifications;
        this.ledger = ledger;
        this.steps = steps;
        this.runners = runners;
        this.runner = runner;
        this.clock = clock;
    }

    /** What the database thinks runs here. */
    @Transactional
    List<TurnRepository.Assigned> assignedHere() {
        return turns.assignedTo(runner.id());
    }

    /**
     * @param forgotten turns that are this runner's, and that it does not know
     */
    @Transactional
    List<TurnRepository.Stranded> find(Collection<TurnId> forgotten, int most) {
        return turns.stranded(forgotten, null, runners.leaseSeconds(), most);
    }

    @Transactional
    List<ConversationId> findWithIdleQueue(int most) {
        return turns.findWithIdleQueue(most);
    }

    /**
     * Ends those that are still stranded, and tells their users. While the conversations are held
     * nobody settles in them, so what is found then is true until the end.
     *
     * @return those that were ended
     */
    @Transactional
    List<TurnRepository.Stranded> end(
            List<TurnRepository.Stranded> found, Collection<TurnId> forgotten) {
        Instant now = clock.instant();
        List<TurnRepository.Stranded> strandeds = stillStranded(found, forgotten);
        if (strandeds.isEmpty()) {
            return strandeds;
        }
        Map<ConversationId, Long> versions =
                conversations.incrementVersions(
                        strandeds.stream().map(TurnRepository.Stranded::conversation).toList(),
                        now);
        turns.endStranded(strandeds, versions, DETAIL, now);
        notifications.create(
                strandeds.stream()
                        .filter(turn -> !turn.cancelled())
                        .map(StrandedTurnStore::interrupted)
                        .toList());
        return strandeds;
    }

    private static NewNotification interrupted(TurnRepository.Stranded turn) {
        return new NewNotification(
                turn.user(), NotificationKind.TURN_INTERRUPTED, TITLE, BODY, turn.id().value());
    }

    /** Takes one over that is still stranded, to go on from its recorded steps. */
    @Transactional
    Optional<TurnStore.TurnContext> reassign(
            TurnRepository.Stranded found, Collection<TurnId> forgotten) {
        return stillStranded(List.of(found), forgotten).stream()
                .findFirst()
                .flatMap(turn -> turns.reassign(turn.id(), turn.attempt(), runner.id()))
                .map(turn -> ledger.opened(turn, steps.of(new TurnId(turn.id))));
    }

    private List<TurnRepository.Stranded> stillStranded(
            List<TurnRepository.Stranded> found, Collection<TurnId> forgotten) {
        Set<ConversationId> held =
                conversations.lockSkippingLocked(
                        found.stream()
                                .map(TurnRepository.Stranded::conversation)
                                .collect(Collectors.toUnmodifiableSet()));
        List<TurnId> among =
                found.stream()
                        .filter(turn -> held.contains(turn.conversation()))
                        .map(TurnRepository.Stranded::id)
                        .toList();
        return among.isEmpty()
                ? List.of()
                : turns.stranded(forgotten, among, runners.leaseSeconds(), among.size());
    }
}
