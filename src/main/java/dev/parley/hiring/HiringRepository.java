package dev.parley.hiring;

import dev.parley.agent.AgentType;
import dev.parley.platform.database.sql.JdbcStatement;
import dev.parley.platform.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Who has taken on whom. */
@ApplicationScoped
class HiringRepository implements PanacheRepositoryBase<Hiring, Hiring.Key> {

    List<Hiring> of(UserId user) {
        return list("key.userId", Sort.ascending("key.agentType"), user.value());
    }

    /** Which of those there are. */
    Set<AgentHire> among(List<AgentHire> agentHires) {
        return Set.copyOf(
                JdbcStatement.of(
                                getEntityManager(),
                                """
                                select user_id, agent_type from unnest(?, ?) as those (user_id, agent_type)
                                join hirings using (user_id, agent_type)
                                """)
                        .uuids(agentHires, hired -> hired.user().value())
                        .texts(agentHires, hired -> hired.agentType().value())
                        .query(row ->
                                new AgentHire(
                                        new UserId(row.getObject(1, UUID.class)),
                                        new AgentType(row.getString(2)))));
    }

    /**
     * Adds a hiring, or keeps and holds the one that there is: a removal at the same moment comes
     * either before it or after it.
     *
     * @return since when the user has hired the agent
     */
    Instant add(UserId user, AgentType type, Instant now) {
        getSession()
                .createMutationQuery(
                        """
                        insert into Hiring as had (key.userId, key.agentType, hiredAt) values (:user, :type, :now)
                        on conflict (key.userId, key.agentType) do update set hiredAt = had.hiredAt
                        """)
                .setParameter("user", user.value())
                .setParameter("type", type.value())
                .setParameter("now", now)
                .executeUpdate();
        return findById(new Hiring.Key(user.value(), type.value())).hiredAt;
    }

    /**
     * A statement rather than {@code deleteById}, for which a row that has just gone is a failure.
     */
    boolean remove(UserId user, AgentType type) {
        return delete("key.userId = ?1 and key.agentType = ?2", user.value(), type.value()) == 1;
    }
}
