package dev.parley.conversation;

import dev.parley.conversation.ConversationStore.ConversationRef;
import dev.parley.conversation.ConversationStore.LockedConversation;
import dev.parley.conversation.ConversationStore.NewConversation;
import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.database.sql.LockWait;
import dev.parley.platform.database.sql.RowQuery;
import dev.parley.platform.database.sql.RowsOfAccount;
import dev.parley.platform.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheQuery;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Parameters;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** All conversations. */
@ApplicationScoped
class ConversationRepository implements PanacheRepositoryBase<Conversation, UUID> {

    private static final Sort NEWEST_FIRST = Sort.descending("id");

    private static final String LOCK =
            """
            select conversations.id, conversations.user_id, agent_type, message_count, version
            from unnest(?, ?) as ref (id, user_id)
            join conversations on conversations.id = ref.id and conversations.user_id = ref.user_id
            order by conversations.id for no key update of conversations
            """;

    Optional<Conversation> findOwned(UserId user, ConversationId id) {
        return find("id = ?1 and userId = ?2", id.value(), user.value()).firstResultOptional();
    }

    List<Conversation> findByUser(
            UserId user, Optional<Boolean> pinned, Optional<ConversationId> before, int limit) {
        StringBuilder where = new StringBuilder("userId = :user");
        Parameters parameters = Parameters.with("user", user.value());
        pinned.ifPresent(isPinned ->
                where.append(isPinned ? " and pinnedAt is not null" : " and pinnedAt is null"));
        before.ifPresent(last -> {
            where.append(" and id < :before");
            parameters.and("before", last.value());
        });
        PanacheQuery<Conversation> query = find(where.toString(), NEWEST_FIRST, parameters);
        return query.page(0, limit).list();
    }

    RowQuery<LockedConversation> locking(List<ConversationRef> refs, LockWait lockWait) {
        return statement(
                        lockWait,
                        switch (lockWait) {
                            case WAIT -> LOCK;
                            case SKIP_LOCKED -> LOCK + " skip locked";
                        })
                .uuids(refs, ref -> ref.id().value())
                .uuids(refs, ref -> ref.user().value())
                .reading(row ->
                        new LockedConversation(
                                ref(row), row.getString(3), row.getInt(4), row.getLong(5)));
    }

    /** The conversations of the list that exist, locked or not. */
    Set<ConversationRef> existing(List<ConversationRef> refs) {
        return Set.copyOf(
                JdbcStatement.of(
                                getEntityManager(),
                                """
                                select id, user_id from unnest(?, ?) as ref (id, user_id) join conversations using (id, user_id)
                                """)
                        .uuids(refs, ref -> ref.id().value())
                        .uuids(refs, ref -> ref.user().value())
                        .query(ConversationRepository::ref));
    }

    private static ConversationRef ref(ResultSet row) throws SQLException {
        return new ConversationRef(
                new ConversationId(row.getObject(1, UUID.class)),
                new UserId(row.getObject(2, UUID.class)));
    }

    /**
     * Creates the conversations of users with fewer than {@code maxPerAccount} conversations. The
     * count stops at the limit and reads an index.
     *
     * @return the conversations that were created
     */
    Set<ConversationId> create(
            List<NewConversation> conversations,
            int maxPerAccount,
            LockWait lockWait,
            Instant now) {
        return Set.copyOf(
                statement(
                                lockWait,
                                """
                                insert into conversations (id, user_id, title, agent_type, created_at, updated_at)
                                select id, user_id, title, agent_type, ?, ?
                                from (select id, user_id, title, agent_type, row_number() over (partition by user_id order by place) as number
                                    from unnest(?, ?, ?, ?) with ordinality as input (id, user_id, title, agent_type, place)) as input
                                where number + (select count(*) from (
                                    select from conversations where conversations.user_id = input.user_id limit ?) as counted) <= ?
                                returning id
                                """)
                        .value(now)
                        .value(now)
                        .uuids(conversations, conversation -> conversation.id().value())
                        .uuids(conversations, conversation -> conversation.user().value())
                        .texts(
                                conversations,
                                conversation -> Title.from(conversation.firstMessage()))
                        .texts(conversations, NewConversation::agentType)
                        .value(maxPerAccount)
                        .value(maxPerAccount)
                        .query(row -> new ConversationId(row.getObject(1, UUID.class))));
    }

    private JdbcStatement statement(LockWait lockWait, String text) {
        return switch (lockWait) {
            case WAIT -> JdbcStatement.of(getEntityManager(), text);
            case SKIP_LOCKED -> JdbcStatement.withShortLockTimeout(getEntityManager(), text);
        };
    }

    void rename(ConversationId id, String title, Instant now) {
        update(
                "title = ?1, version = version + 1, updatedAt = ?2 where id = ?3",
                title,
                now,
                id.value());
    }

    /**
     * Whether the user may pin one conversation more. Until the transaction ends, other
     * transactions that ask it for the user wait.
     */
    boolean hasFewerPinned(UserId user, int max) {
        return RowsOfAccount.isBelow(
                getEntityManager(),
                "pinned conversations",
                "conversations where user_id = ? and pinned_at is not null",
                user.value(),
                max);
    }

    void pin(ConversationId id, Instant now) {
        update("pinnedAt = ?1 where id = ?2", now, id.value());
    }

    /** Returns false if the user has no such conversation. */
    boolean unpin(UserId user, ConversationId id) {
        return update("pinnedAt = null where id = ?1 and userId = ?2", id.value(), user.value())
                > 0;
    }

    void delete(List<ConversationId> ids) {
        JdbcStatement.of(getEntityManager(), "delete from conversations where id = any(?)")
                .uuids(ids, ConversationId::value)
                .execute();
    }

    /** Takes a conversation from its user, so that nobody finds it, and deletes its title. */
    void release(ConversationId id) {
        update("userId = null, title = '' where id = ?1", id.value());
    }

    /** Conversations that were taken from their users. */
    List<ConversationId> findReleased(int limit) {
        return find("userId is null").page(0, limit).stream()
                .map(conversation -> new ConversationId(conversation.id))
                .toList();
    }

    Set<ConversationId> lockSkippingLocked(Collection<ConversationId> ids) {
        List<?> locked =
                getEntityManager()
                        .createNativeQuery(
                                """
                                select id from conversations where id = any(:ids) order by id
                                for no key update skip locked
                                """,
                                UUID.class)
                        .setParameter("ids", values(ids))
                        .getResultList();
        return locked.stream()
                .map(id -> new ConversationId((UUID) id))
                .collect(Collectors.toUnmodifiableSet());
    }

    void lock(ConversationId id) {
        getEntityManager()
                .createNativeQuery(
                        "select id from conversations where id = :id for no key update", UUID.class)
                .setParameter("id", id.value())
                .getResultList();
    }

    Map<ConversationId, Long> incrementVersions(Collection<ConversationId> ids, Instant now) {
        List<?> rows =
                getEntityManager()
                        .createNativeQuery(
                                """
                                update conversations set version = version + 1, updated_at = :now
                                where id = any(:ids) returning id, version
                                """,
                                Object[].class)
                        .setParameter("now", now)
                        .setParameter("ids", values(ids))
                        .getResultList();
        return rows.stream()
                .map(Object[].class::cast)
                .collect(
                        Collectors.toUnmodifiableMap(
                                row -> new ConversationId((UUID) row[0]),
                                row -> ((Number) row[1]).longValue()));
    }

    private static UUID[] values(Collection<ConversationId> ids) {
        return ids.stream().map(ConversationId::value).toArray(UUID[]::new);
    }
}
