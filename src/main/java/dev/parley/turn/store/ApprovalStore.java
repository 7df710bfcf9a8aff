package dev.parley.turn.store;

import dev.parley.agent.Usage;
import dev.parley.agent.approval.Approver;
import dev.parley.agent.approval.ToolCallHash;
import dev.parley.conversation.ConversationId;
import dev.parley.notification.NewNotification;
import dev.parley.notification.NotificationKind;
import dev.parley.notification.NotificationService;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.identity.Caller;
import dev.parley.platform.identity.UserId;
import dev.parley.quota.BudgetService;
import dev.parley.quota.Spending;
import dev.parley.turn.AlreadyDecided;
import dev.parley.turn.Approval;
import dev.parley.turn.ApprovalDecision;
import dev.parley.turn.ApprovalExpired;
import dev.parley.turn.ApprovalNotFound;
import dev.parley.turn.ApprovalRequest;
import dev.parley.turn.ApprovalStatus;
import dev.parley.turn.ArgumentsChanged;
import dev.parley.turn.TurnId;
import dev.parley.turn.store.TurnStore.TurnContext;
import dev.parley.turn.stream.Transcript;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets turns wait for people, stores what the people decide, and lets the turns go on. Each method
 * is one short transaction.
 */
@ApplicationScoped
@Transactional
public class ApprovalStore {

    private static final String ADMIN = "admin";
    private static final String TITLE = "Your approval is needed";

    private final ApprovalRepository approvals;
    private final ExchangeRepository exchanges;
    private final TurnRepository turns;
    private final TurnStore turnStore;
    private final NotificationService notifications;
    private final BudgetService budgets;
    private final RunnerLease runner;
    private final Clock clock;

    ApprovalStore(
            ApprovalRepository approvals,
            ExchangeRepository exchanges,
            TurnRepository turns,
            TurnStore turnStore,
            NotificationService notifications,
            BudgetService budgets,
            RunnerLease runner,
            Clock clock) {
        this.approvals = approvals;
        this.exchanges = exchanges;
        this.turns = turns;
        this.turnStore = turnStore;
        this.notifications = notifications;
        this.budgets = budgets;
        this.runner = runner;
        this.clock = clock;
    }

    /**
     * Lets a running turn wait: stores what its agents have done and asks for approvals. From then
     * on the turn has no runner.
     */
    public SuspendResult suspend(TurnContext turn, Suspension suspension) {
        boolean runsHere = exchanges.storePending(suspension.exchange());
        if (!runsHere || !turns.suspend(turn.fencingToken(), suspension)) {
            return turns.isWaiting(turn.fencingToken())
                    ? SuspendResult.SUSPENDED
                    : runsHere ? SuspendResult.CANCELLED : SuspendResult.NOT_RUNNING;
        }
        budgets.keep(turn.id().value(), suspension.spent());
        approvals.ask(turn.id(), turn.user(), suspension.requests());
        notifications.create(
                suspension.requests().stream()
                        .filter(request -> request.approver() == Approver.OWNER)
                        .map(request ->
                                new NewNotification(
                                        turn.user(),
                                        NotificationKind.APPROVAL_NEEDED,
                                        TITLE,
                                        request.summary(),
                                        turn.id().value()))
                        .toList());
        return SuspendResult.SUSPENDED;
    }

    /**
     * Decides about a tool call, once. The same decision again changes nothing and is no error.
     *
     * @param seen hashes of arguments of which the caller has seen one; empty accepts any
     * @throws ApprovalNotFound if no such approval is the caller's to see
     * @throws ApprovalExpired if nobody decided in time
     * @throws AlreadyDecided if it was decided otherwise, or the turn has ended
     * @throws ArgumentsChanged if the caller has seen other arguments
     */
    public Decided decide(
            Caller caller, TurnId turn, String step, ApprovalDecision decision, Set<String> seen) {
        Instant now = clock.instant();
        turns.lock(turn);
        Approval approval = require(caller, turn, step);
        if (!seen.isEmpty() && !seen.contains(approval.request().argumentsHash())) {
            throw new ArgumentsChanged();
        }
        if (!approvals.decide(turn, step, decision, caller.id(), now)) {
            requireSameDecision(approval, decision);
            return new Decided(approval, false);
        }
        boolean isReady = turns.markReady(List.of(turn), now) == 1;
        return new Decided(require(caller, turn, step), isReady);
    }

    private static void requireSameDecision(Approval approval, ApprovalDecision decision) {
        if (approval.status() == ApprovalStatus.EXPIRED
                || approval.status() == ApprovalStatus.OPEN) {
            throw new ApprovalExpired();
        }
        boolean isSame =
                approval.status() == decision.status()
                        && (!(decision instanceof ApprovalDecision.Approve approve)
                                || ToolCallHash.of(
                                                approve.arguments()
                                                        .orElse(approval.request().arguments()))
                                        .equals(ToolCallHash.of(approval.argumentsToRun())));
        if (!isSame) {
            throw new AlreadyDecided(approval.status());
        }
    }

    /**
     * An approval that the caller may decide.
     *
     * @throws ApprovalNotFound if there is none; nobody learns of another user's turns
     */
    public Approval require(Caller caller, TurnId turn, String step) {
        return approvals
                .find(turn, step)
                .filter(approval -> mayDecide(caller, approval))
                .orElseThrow(() -> new ApprovalNotFound(turn, step));
    }

    /** The owner, or an administrator who is not the owner (four eyes). */
    private static boolean mayDecide(Caller caller, Approval approval) {
        boolean isOwner = caller.id().equals(approval.user());
        return switch (approval.request().approver()) {
            case OWNER -> isOwner;
            case ADMIN -> !isOwner && caller.roles().contains(ADMIN);
        };
    }

    /**
     * The approvals of the caller's turns and, for an administrator, the open ones that
     * administrators decide; newest turn first.
     *
     * @param status null for all
     * @param after null for the first page
     */
    public List<Approval> inbox(
            Caller caller, @Nullable ApprovalStatus status, Approval.@Nullable Key after, int max) {
        return approvals.inbox(caller.id(), caller.roles().contains(ADMIN), status, after, max);
    }

    /** Expires approvals whose time has passed; their turns go on without the calls. */
    public int expire(int max) {
        Instant now = clock.instant();
        List<TurnId> expired = approvals.expire(now, max);
        turns.markReady(expired, now);
        return expired.size();
    }

    /** Counts the approvals that nobody has decided. */
    public Map<Approver, OpenApprovals> countOpen() {
        return approvals.countOpen();
    }

    /** Waiting turns with nothing left to decide, which any replica may take. */
    public List<ReadyTurn> ready(int max) {
        return turns.ready(max);
    }

    /** Takes a waiting turn with nothing left to decide, to go on from its exchange. */
    public Optional<TurnContext> resume(TurnId turn) {
        return turns.resume(turn, runner.id())
                .map(row -> turnStore.opened(row, exchanges.of(turn)));
    }

    /**
     * The turn that {@link #resume} has taken, for a caller that does not know whether the commit
     * succeeded.
     */
    public Optional<TurnContext> resumed(TurnId turn) {
        return turns.findRunning(turn, runner.id())
                .map(row -> turnStore.opened(row, exchanges.of(turn)));
    }

    /** Whether a call of the tool, as it is now, was approved in the conversation before. */
    public boolean isApprovedIn(ConversationId conversation, String tool, String schemaHash) {
        return approvals.isApprovedIn(conversation, tool, schemaHash);
    }

    /**
     * The approvals that nobody has decided.
     *
     * @param oldest when the oldest was asked for; empty if there is none
     */
    public record OpenApprovals(long count, Optional<Instant> oldest) {

        public static final OpenApprovals NONE = new OpenApprovals(0, Optional.empty());

        /** How long the oldest has been open; zero if there is none. */
        public Duration age(Instant now) {
            return oldest.map(asked -> Duration.between(asked, now)).orElse(Duration.ZERO);
        }
    }

    /** The result of letting a turn wait. */
    public enum SuspendResult {
        /** The turn waits. */
        SUSPENDED,
        /** The turn is to be cancelled, and still runs here. */
        CANCELLED,
        /** The turn has ended, or runs elsewhere. */
        NOT_RUNNING
    }

    /**
     * What is stored of a turn that is going to wait.
     *
     * @param transcript the text and events so far, with the requests
     * @param spent what the turn has used of its user's plan
     * @param traceparent the trace of this attempt; null if there is none
     */
    public record Suspension(
            TurnExchange exchange,
            List<ApprovalRequest> requests,
            Transcript transcript,
            Usage usage,
            Spending spent,
            @Nullable String traceparent) {

        public Suspension {
            requests = List.copyOf(requests);
        }
    }

    /**
     * An approval after the decision.
     *
     * @param isReady whether nothing is left to decide in the turn
     */
    public record Decided(Approval approval, boolean isReady) {}

    /** A turn to go on with, or to cancel. */
    public record ReadyTurn(TurnId id, UserId user, boolean cancelRequested) {}
}
