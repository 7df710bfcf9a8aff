package dev.parley.conversation;

import dev.parley.conversation.ConversationStore.ConversationRef;
import dev.parley.conversation.ConversationStore.LockWait;
import dev.parley.conversation.ConversationStore.LockedConversation;
import dev.parley.conversation.ConversationStore.NewConversation;
import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All conversations. */
@ApplicationScoped
class ConversationRepository implements PanacheRepositoryBase<Conversation, UUID> {

    private static final Sort NEWEST_FIRST = Sort.descending("id");

    private static final String HOLD =
            """
            select conversations.id, agent_type, message_count, version
            from unnest(?, ?) as those (id, user_id)
            join conversations on conversations.id = those.id and conversations.user_id = those.user_id
            order by conversations.id for no key update of conversations
            """;

    Optional<Conversation> of(UserId user, ConversationId id) {
        return find("id = ?1 and userId = ?2", id.value(), user.value()).firstResultOptional();
    }

    List<Conversation> of(UserId user, @Nullable ConversationId before, int most) {
        return before == null
                ? find("userId = ?1", NEWEST_FIRST, user.value()).page(0, most).list()
                : find("userId = ?1 and id < ?2", NEWEST_FIRST, user.value(), before.value())
                        .page(0, most)
                        .list();
    }

    Map<ConversationId, LockedConversation> lock(
            List<ConversationRef> conversationRefs, LockWait patience) {
        List<LockedConversation> held =
                statement(
                                patience,
                                switch (patience) {
                                    case WAIT -> HOLD;
                                    case SKIP_LOCKED -> HOLD + " skip locked";
                                })
                        .uuids(conversationRefs, wanted -> wanted.id().value())
                        .uuids(conversationRefs, wanted -> wanted.user().value())
                        .query(row ->
                                new LockedConversation(
                                        new ConversationId(row.getObject(1, UUID.class)),
                                        row.getString(2),
                                        row.getInt(3),
                                        row.getLong(4)));
        return held.stream()
                .collect(
                        Collectors.toMap(
                                LockedConversation::id, lockedConversation -> lockedConversation));
    }

    /** Which of those there are, whoever holds them. */
    Set<ConversationId> existing(List<ConversationRef> conversationRefs) {
        return Set.copyOf(
                JdbcStatement.of(
                                getEntityManager(),
                                """
                                select id from unnest(?, ?) as those (id, user_id) join conversations using (id, user_id)
                                """)
                        .uuids(conversationRefs, wanted -> wanted.id().value())
                        .uuids(conversationRefs, wanted -> wanted.user().value())
                        .query(row -> new ConversationId(row.getObject(1, UUID.class))));
    }

    void create(List<NewConversation> newConversations, LockWait patience, Instant now) {
        statement(
                        patience,
                        """
                        insert into conversations (id, user_id, title, agent_type, created_at, updated_at)
                        select id, user_id, title, agent_type, ?, ?
                        from unnest(?, ?, ?, ?) as those (id, user_id, title, agent_type)
                        """)
                .value(now)
                .value(now)
                .uuids(newConversations, beginning -> beginning.id().value())
                .uuids(newConversations, beginning -> beginning.user().value())
                .texts(newConversations, beginning -> Title.from(beginning.firstMessage()))
                .texts(newConversations, NewConversation::agentType)
                .execute();
    }

    private JdbcStatement statement(LockWait patience, String text) {
        return switch (patience) {
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

    void delete(List<ConversationId> begun) {
        JdbcStatement.of(getEntityManager(), "delete from conversations where id = any(?)")
                .uuids(begun, ConversationId::value)
                .execute();
    }

    Set<ConversationId> lockSkippingLocked(Collection<ConversationId> ids) {
        List<?> held =
                getEntityManager()
                        .createNativeQuery(
                                """
                                select id from conversations where id = any(:ids) order by id
                                for no key update skip locked
                                """,
                                UUID.class)
                        .setParameter("ids", values(ids))
                        .getResultList();
        return held.stream()
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
