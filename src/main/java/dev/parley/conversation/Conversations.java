package dev.parley.conversation;

import dev.parley.identity.UserId;
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
class Conversations implements PanacheRepositoryBase<Conversation, UUID> {

    private static final Sort NEWEST_FIRST = Sort.descending("id");

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

    /**
     * Takes the next place for a message, and the row's lock with it, so that two messages at once
     * come one after the other.
     *
     * @return empty where the user has no such conversation
     */
    Optional<Place> takePlace(UserId user, ConversationId id, Instant now) {
        return placeFrom(
                """
                update conversations set message_count = message_count + 1, updated_at = :now
                where id = :id and user_id = :user
                returning agent_type, message_count, version
                """,
                user,
                id,
                now);
    }

    /** Raises the version as a turn ends, taking a place for its reply where it has one. */
    Optional<Place> raiseVersion(UserId user, ConversationId id, boolean withReply, Instant now) {
        String places = withReply ? "message_count + 1" : "message_count";
        return placeFrom(
                """
                update conversations set version = version + 1, message_count = %s, updated_at = :now
                where id = :id and user_id = :user
                returning agent_type, message_count, version
                """
                        .formatted(places),
                user,
                id,
                now);
    }

    Set<ConversationId> holdFree(Collection<ConversationId> ids) {
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

    void hold(ConversationId id) {
        getEntityManager()
                .createNativeQuery(
                        "select id from conversations where id = :id for no key update", UUID.class)
                .setParameter("id", id.value())
                .getResultList();
    }

    Map<ConversationId, Long> raiseVersions(Collection<ConversationId> ids, Instant now) {
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

    private Optional<Place> placeFrom(String update, UserId user, ConversationId id, Instant now) {
        List<?> rows =
                getEntityManager()
                        .createNativeQuery(update, Object[].class)
                        .setParameter("now", now)
                        .setParameter("id", id.value())
                        .setParameter("user", user.value())
                        .getResultList();
        return rows.stream()
                .map(Object[].class::cast)
                .map(row ->
                        new Place(
                                (String) row[0],
                                ((Number) row[1]).intValue(),
                                ((Number) row[2]).longValue()))
                .findFirst();
    }

    /** What the conversation's row says after it was changed. */
    record Place(String agentType, int position, long version) {}
}
