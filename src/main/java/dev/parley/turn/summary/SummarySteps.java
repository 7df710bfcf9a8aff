package dev.parley.turn.summary;

import dev.parley.account.AccountLocks;
import dev.parley.agent.AgentCatalogue;
import dev.parley.agent.AgentRequest.Role;
import dev.parley.agent.AgentType;
import dev.parley.agent.SummaryConfig;
import dev.parley.agent.SummaryWriter.Passage;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.conversation.ConversationStore;
import dev.parley.conversation.ConversationStore.ConversationRef;
import dev.parley.conversation.ConversationStore.HistoryLimits;
import dev.parley.conversation.ConversationStore.LockedConversation;
import dev.parley.conversation.Summary;
import dev.parley.conversation.SummaryStore;
import dev.parley.conversation.SummaryStore.Recent;
import dev.parley.conversation.SummaryStore.State;
import dev.parley.conversation.SummaryStore.StepClaim;
import dev.parley.conversation.SummaryStore.UnsummarizedMessage;
import dev.parley.platform.database.sql.LockWait;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.problem.ParleyException;
import dev.parley.quota.BudgetService;
import dev.parley.quota.Charge;
import dev.parley.quota.QuotaExhausted;
import dev.parley.quota.QuotaService;
import dev.parley.turn.ConversationBusy;
import dev.parley.turn.TurnConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The transactions of a step: claim and charge, then store or give back. Rows are locked in the
 * order of opening a turn: account, conversation, summary, quota.
 */
@ApplicationScoped
@Transactional
public class SummarySteps {

    /** A message that is longer is summarised by its start. */
    private static final int MAX_MESSAGE_LENGTH = 8_000;

    /** What a step may take beside the model's time, before another step may be claimed. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    /** How long turns start no step after a failure. */
    private static final Duration COOL_DOWN = Duration.ofMinutes(1);

    /** The recent messages have at most this share of the context: one in so many. */
    private static final int SHARE_OF_CONTEXT = 4;

    /**
     * And this share of the history's limits; the rest is for messages that wait for their summary.
     */
    private static final int SHARE_OF_HISTORY = 2;

    private static final String CUT = " [cut]";

    private final AccountLocks accounts;
    private final ConversationStore conversations;
    private final SummaryStore summaries;
    private final QuotaService quota;
    private final BudgetService budgets;
    private final AgentCatalogue agents;
    private final SummaryConfig config;
    private final HistoryLimits history;
    private final Clock clock;

    SummarySteps(
            AccountLocks accounts,
            ConversationStore conversations,
            SummaryStore summaries,
            QuotaService quota,
            BudgetService budgets,
            AgentCatalogue agents,
            SummaryConfig config,
            TurnConfig turns,
            Clock clock) {
        this.accounts = accounts;
        this.conversations = conversations;
        this.summaries = summaries;
        this.quota = quota;
        this.budgets = budgets;
        this.agents = agents;
        this.config = config;
        this.history = turns.historyLimits();
        this.clock = clock;
    }

    /**
     * The summary of a conversation.
     *
     * @throws ConversationNotFound if the user has no such conversation
     */
    public Summary read(UserId user, ConversationId conversation) {
        if (conversations.existing(List.of(new ConversationRef(conversation, user))).isEmpty()) {
            throw new ConversationNotFound(conversation);
        }
        return summaries.read(conversation);
    }

    /**
     * Deletes the summary of a conversation. A step that is at work stores nothing, and gives its
     * queries back; those of a step that died are given back here.
     *
     * @throws ConversationNotFound if the user has no such conversation
     */
    public void remove(UserId user, ConversationId conversation) {
        lock(user, conversation);
        State state = summaries.state(conversation, COOL_DOWN);
        summaries.remove(conversation);
        refundUnended(user, state);
    }

    /** Whether so much is neither recent nor in the summary that a turn starts a step. */
    boolean isDue(ConversationId conversation, AgentType agent) {
        State state = summaries.state(conversation, COOL_DOWN);
        if (state.isClaimed() || state.hasFailed()) {
            return false;
        }
        Recent recent = recent(agent);
        List<UnsummarizedMessage> read = unsummarized(conversation, state, recent, 0);
        List<UnsummarizedMessage> messages = wholeExchanges(read);
        long waiting = messages.stream().mapToLong(UnsummarizedMessage::bytes).sum();
        return messages.size() >= config.batchMessages()
                || waiting >= recent.bytes()
                || read.size() == config.maxMessages();
    }

    /**
     * Claims and charges the next step.
     *
     * @param agent the agent that reads the recent messages; empty for that of the conversation
     * @return empty if nothing is to be summarised; nothing was charged
     * @throws ConversationNotFound if the user has no such conversation
     * @throws ConversationBusy if another step is at work
     * @throws QuotaExhausted if the user has fewer queries left than a step costs, or no tokens or
     *     cost are left
     */
    Optional<SummaryStep> claim(
            UserId user, ConversationId conversation, UUID id, Optional<AgentType> agent) {
        LockedConversation locked = lock(user, conversation);
        State state = summaries.state(conversation, COOL_DOWN);
        if (state.isClaimed()) {
            throw ConversationBusy.summarizing(conversation);
        }
        Recent recent = recent(agent.orElseGet(() -> new AgentType(locked.agentType())));
        List<UnsummarizedMessage> messages =
                wholeExchanges(unsummarized(conversation, state, recent, MAX_MESSAGE_LENGTH));
        if (messages.isEmpty()) {
            return Optional.empty();
        }
        refundUnended(user, state);
        budgets.requireLeft(user);
        charge(user, id);
        StepClaim claim = new StepClaim(id, clock.instant());
        summaries.claim(conversation, claim, config.timeout().plus(MARGIN));
        return Optional.of(
                new SummaryStep(
                        user,
                        conversation,
                        claim,
                        state.content(),
                        passages(messages),
                        messages.stream().map(UnsummarizedMessage::position).toList()));
    }

    /**
     * Stores the summary of a step. Repeated, it changes nothing.
     *
     * @param messages how many of the step's messages are in the summary
     * @return false if the claim does not stand any more: nothing was stored, and the queries were
     *     given back
     */
    boolean store(SummaryStep step, String content, int messages) {
        boolean stored =
                summaries.store(
                        step.conversation(),
                        step.id(),
                        content,
                        messages,
                        step.positions().get(messages - 1),
                        clock.instant());
        if (!stored) {
            refund(step.user(), step.claim());
        }
        return stored;
    }

    /**
     * Ends a step that has failed, and gives its queries back. The last summary stays. A step whose
     * summary is stored, although the answer to the commit was lost, keeps them.
     */
    void release(SummaryStep step) {
        if (!summaries.isStored(step.conversation(), step.id())) {
            summaries.release(step.conversation(), step.id());
            refund(step.user(), step.claim());
        }
    }

    private LockedConversation lock(UserId user, ConversationId conversation) {
        ParleyException erased = accounts.lock(List.of(user)).get(user);
        if (erased != null) {
            throw erased;
        }
        ConversationRef ref = new ConversationRef(conversation, user);
        return Optional.ofNullable(conversations.lock(List.of(ref), LockWait.WAIT).get(ref))
                .orElseThrow(() -> new ConversationNotFound(conversation));
    }

    /** A free step has no row in the ledger, since it would change no counter. */
    private void charge(UserId user, UUID step) {
        if (config.price() == 0) {
            return;
        }
        Map<UUID, QuotaExhausted> exhausted =
                quota.charge(
                                List.of(Charge.withoutReservation(user, step, config.price())),
                                LockWait.WAIT)
                        .exhausted();
        if (!exhausted.isEmpty()) {
            throw exhausted.values().iterator().next();
        }
    }

    private void refundUnended(UserId user, State state) {
        state.unended().ifPresent(step -> refund(user, step));
    }

    private void refund(UserId user, StepClaim step) {
        quota.refund(user, step.id(), step.claimedAt());
    }

    private List<UnsummarizedMessage> unsummarized(
            ConversationId conversation, State state, Recent recent, int maxLength) {
        return summaries.unsummarized(
                conversation, state.through(), recent, config.maxMessages(), maxLength);
    }

    /**
     * The model reads the recent messages in any case: a byte is at most a token, and a quarter of
     * the context is left for instructions, tools and the message. As many again may wait for their
     * summary, so that nothing is unread before it is summarised.
     */
    private Recent recent(AgentType agent) {
        long bytes = history.bytes() / SHARE_OF_HISTORY;
        int context = agents.context(agent).orElse(Integer.MAX_VALUE);
        return new Recent(
                Math.clamp(history.messages() / SHARE_OF_HISTORY, 1, config.recentMessages()),
                Math.min(bytes, context / SHARE_OF_CONTEXT));
    }

    /**
     * The messages up to the end of the last whole exchange. If a step can read no more and no
     * exchange ends, all of them: otherwise the conversation would never be summarised.
     */
    private List<UnsummarizedMessage> wholeExchanges(List<UnsummarizedMessage> messages) {
        int whole = 0;
        int ends = 0;
        for (int index = 0; index < messages.size(); index++) {
            ends = Math.max(ends, messages.get(index).exchangeEnds());
            if (ends <= messages.get(index).position()) {
                whole = index + 1;
            }
        }
        boolean isFull = messages.size() == config.maxMessages();
        return whole == 0 && isFull ? messages : messages.subList(0, whole);
    }

    private static List<Passage> passages(List<UnsummarizedMessage> messages) {
        List<Passage> passages = new ArrayList<>(messages.size());
        int ends = 0;
        for (UnsummarizedMessage message : messages) {
            ends = Math.max(ends, message.exchangeEnds());
            passages.add(
                    new Passage(
                            switch (message.role()) {
                                case USER -> Role.USER;
                                case ASSISTANT -> Role.ASSISTANT;
                            },
                            message.isCut() ? message.content() + CUT : message.content(),
                            ends <= message.position()));
        }
        return passages;
    }
}
