package dev.parley.turn.store;

import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationStore;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.quota.BudgetService;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnStatus;
import dev.parley.turn.store.CancellationStore.ActiveTurn;
import dev.parley.turn.store.TurnStore.TurnContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Lets queued messages join the turn that runs in their conversation. */
@ApplicationScoped
@Transactional
public class SteeringStore {

    private final EntityManager database;
    private final ConversationStore conversations;
    private final TurnRepository turns;
    private final BudgetService budgets;
    private final Clock clock;

    SteeringStore(
            EntityManager database,
            ConversationStore conversations,
            TurnRepository turns,
            BudgetService budgets,
            Clock clock) {
        this.database = database;
        this.conversations = conversations;
        this.turns = turns;
        this.budgets = budgets;
        this.clock = clock;
    }

    /**
     * Ends the queued turns that steer a running turn and are for the same agent: their messages
     * are part of its exchange from now on. A turn that is to be cancelled takes no more. The lock
     * of the conversation's row keeps them from starting, being edited or cancelled meanwhile. The
     * call may be repeated.
     *
     * @param rounds how many rounds the exchange has
     * @return all messages that have joined the turn, in order
     * @throws ExchangeRepository.FencedOut if the turn does not run here any more
     */
    public List<SteeringMessage> join(TurnContext turn, int rounds) {
        conversations.lock(turn.conversation());
        if (!isToBeCancelled(turn.fencingToken())) {
            steering(turn).forEach(steering -> join(turn, steering, rounds));
        }
        List<SteeringMessage> joined = joined(turn.id());
        moveForward(joined, rounds);
        return joined;
    }

    private List<UUID> steering(TurnContext turn) {
        return JdbcStatement.of(
                        database,
                        """
                        select id from turns
                        where conversation_id = ? and status = 'queued' and steers and agent_type = ? order by position
                        """)
                .value(turn.conversation().value())
                .value(turn.agentType().value())
                .query(row -> row.getObject(1, UUID.class));
    }

    /**
     * Rounds that a crash has lost are counted anew: a message that joined behind them is read
     * where the exchange is now, and stays there.
     */
    private void moveForward(List<SteeringMessage> joined, int rounds) {
        List<SteeringMessage> behind =
                joined.stream().filter(message -> message.rounds() > rounds).toList();
        if (!behind.isEmpty()) {
            JdbcStatement.of(database, "update turns set joined_round = ? where id = any(?)")
                    .value(rounds)
                    .uuids(behind, message -> message.turn().value())
                    .execute();
        }
    }

    private void join(TurnContext turn, UUID steering, int rounds) {
        Instant now = clock.instant();
        ConversationId conversation = turn.conversation();
        long version =
                conversations
                        .incrementVersions(List.of(conversation), now)
                        .getOrDefault(conversation, 0L);
        JdbcStatement.of(
                        database,
                        """
                        with steered as (
                            update turns set status = 'steered', ended_at = ?, version = ?, answered_by = ?, joined_round = ?,
                                trail = '[]'
                            where id = ? returning id, answered_by)
                        update messages set answered_by = steered.answered_by from steered
                        where messages.turn_id = steered.id and role = 'user'
                        """)
                .value(now)
                .value(version)
                .value(turn.id().value())
                .value(rounds)
                .value(steering)
                .execute();
        budgets.settle(List.of(), List.of(steering));
    }

    /**
     * Whether the turn is to be cancelled. The share lock keeps another runner from taking it over
     * before the commit.
     *
     * @throws ExchangeRepository.FencedOut if the turn does not run here any more
     */
    private boolean isToBeCancelled(FencingToken token) {
        List<Boolean> running =
                JdbcStatement.of(
                                database,
                                """
                                select cancel_requested_at is not null from turns
                                where id = ? and runner_id = ? and attempt = ? and status = 'running' for share
                                """)
                        .value(token.turn().value())
                        .value(token.runner().value())
                        .value(token.attempt())
                        .query(row -> row.getBoolean(1));
        if (running.isEmpty()) {
            throw new ExchangeRepository.FencedOut(token.turn());
        }
        return running.getFirst();
    }

    /** The messages that have joined a turn, in order. */
    List<SteeringMessage> joined(TurnId turn) {
        return JdbcStatement.of(
                        database,
                        """
                        select steering.id, steering.joined_round, message.content
                        from turns answering
                            join messages message on message.conversation_id = answering.conversation_id
                                and message.position > answering.position and message.answered_by = answering.id
                            join turns steering on steering.id = message.turn_id
                        where answering.id = ? order by message.position
                        """)
                .value(turn.value())
                .query(row ->
                        new SteeringMessage(
                                new TurnId(row.getObject(1, UUID.class)),
                                row.getInt(2),
                                row.getString(3)));
    }

    /** The turn that runs in a conversation, with its runner; empty if none runs. */
    public Optional<ActiveTurn> running(ConversationId conversation) {
        return turns.findActive(conversation)
                .filter(turn -> turn.status == TurnStatus.RUNNING)
                .map(turn ->
                        new ActiveTurn(
                                new TurnId(turn.id),
                                Optional.ofNullable(turn.runnerId).map(RunnerId::new)));
    }
}
