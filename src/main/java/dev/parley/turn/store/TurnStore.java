package dev.parley.turn.store;

import dev.parley.agent.AgentType;
import dev.parley.agent.Usage;
import dev.parley.agent.UserContext;
import dev.parley.agent.tool.Toolbox;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationStore;
import dev.parley.conversation.HistoryMessage;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.identity.UserId;
import dev.parley.profile.ProfileService;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnRecord;
import dev.parley.turn.TurnRequest;
import dev.parley.turn.TurnStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where turns are stored: reads opened turns back, and starts those that are queued. Each call is
 * one transaction; {@link RetryingTurnStore} repeats it where a connection breaks.
 */
@ApplicationScoped
public class TurnStore {

    private final ConversationStore conversations;
    private final ProfileService profiles;
    private final TurnRepository turns;
    private final RunnerLease runner;
    private final TurnConfig config;

    TurnStore(
            ConversationStore conversations,
            ProfileService profiles,
            TurnRepository turns,
            RunnerLease runner,
            TurnConfig config) {
        this.conversations = conversations;
        this.profiles = profiles;
        this.turns = turns;
        this.runner = runner;
        this.config = config;
    }

    /**
     * What opening the turn has resulted in, or would have, had its commit been heard of. A turn
     * that has gone on meanwhile, or ended, is not to be started again.
     *
     * @return empty where the turn was not opened
     */
    @Transactional
    public Optional<OpenResult> opened(TurnRequest turn) {
        return turns.of(turn.user(), turn.id())
                .map(row -> isAsOpened(row) ? opened(row, List.of()) : new Replayed(turn.id()));
    }

    private boolean isAsOpened(Turn turn) {
        boolean runsHere =
                turn.status == TurnStatus.RUNNING
                        && runner.id().value().equals(turn.runnerId)
                        && turn.attempt == 1;
        return runsHere || turn.status == TurnStatus.QUEUED;
    }

    /** Lets the first in line run here, where the conversation is idle. */
    @Transactional
    public Optional<TurnContext> startNext(ConversationId conversation) {
        conversations.lock(conversation);
        if (turns.findActive(conversation).isPresent()) {
            return Optional.empty();
        }
        Optional<Turn> first = turns.findFirstQueued(conversation);
        if (first.isEmpty() || !turns.startQueued(new TurnId(first.get().id), runner.id())) {
            return Optional.empty();
        }
        return Optional.of(
                opened(first.get(), List.of())
                        .startedWith(acquaintance(first.get()), history(first.get())));
    }

    /** The turn that the last {@link #startNext} started, had its commit been heard of. */
    @Transactional
    public Optional<TurnContext> started(ConversationId conversation) {
        return turns.findActive(conversation)
                .filter(turn -> runner.id().value().equals(turn.runnerId))
                .map(turn -> opened(turn, List.of()));
    }

    public TurnContext opened(Turn row, List<Toolbox.ToolCall> recorded) {
        TurnRecord stored = row.record(Optional.empty());
        boolean queued = stored.status() == TurnStatus.QUEUED;
        return new TurnContext(
                new FencingToken(stored.id(), runner.id(), row.attempt),
                row.user(),
                stored.conversation(),
                stored.agentType(),
                stored.startedAt(),
                queued,
                queued ? UserContext.NONE : acquaintance(row),
                queued ? List.of() : history(row),
                recorded);
    }

    private UserContext acquaintance(Turn turn) {
        return profiles.userContexts(List.of(turn.user()))
                .getOrDefault(turn.user(), UserContext.NONE);
    }

    private List<HistoryMessage> history(Turn turn) {
        return conversations.historyOf(turn.id, config.historyLimits());
    }

    /** What opening a turn results in. */
    public sealed interface OpenResult {}

    /**
     * Nothing was opened: the same request, under the same key, has opened a turn before.
     *
     * @param turn the one of then
     */
    public record Replayed(TurnId turn) implements OpenResult {}

    /** What settling a turn results in. */
    public sealed interface SettleResult {}

    /**
     * The turn has ended just now, as it was asked.
     *
     * @param record the turn as it stands now
     * @param lineBehind whether others are queued behind it
     */
    public record Settled(TurnRecord record, boolean lineBehind) implements SettleResult {}

    /** Somebody has settled the turn before, or runs it now; it stays as it is. */
    public record AlreadyEnded() implements SettleResult {}

    /**
     * A turn that was opened.
     *
     * @param queued whether it stands in line; then it has no history yet
     * @param acquaintance what the agent is told of the user; nothing yet where it is queued
     * @param history the latest messages, oldest first; the last is the one to answer
     * @param recorded what its tools did before a crash
     */
    public record TurnContext(
            FencingToken fence,
            UserId user,
            ConversationId conversation,
            AgentType agentType,
            Instant startedAt,
            boolean queued,
            UserContext acquaintance,
            List<HistoryMessage> history,
            List<Toolbox.ToolCall> recorded)
            implements OpenResult {

        public TurnId id() {
            return fence.turn();
        }

        /** The same, no longer in line. */
        TurnContext startedWith(UserContext known, List<HistoryMessage> latest) {
            return with(false, known, latest);
        }

        /** The same, without what only the agent needs. */
        public TurnContext withoutBriefing() {
            return with(queued, UserContext.NONE, List.of());
        }

        private TurnContext with(boolean queuing, UserContext known, List<HistoryMessage> latest) {
            return new TurnContext(
                    fence,
                    user,
                    conversation,
                    agentType,
                    startedAt,
                    queuing,
                    known,
                    latest,
                    recorded);
        }

        public TurnRecord record() {
            return new TurnRecord(
                    id(),
                    conversation,
                    agentType,
                    queued ? TurnStatus.QUEUED : TurnStatus.RUNNING,
                    Optional.empty(),
                    Optional.empty(),
                    Usage.NONE,
                    startedAt,
                    Optional.empty(),
                    Optional.empty());
        }
    }
}
