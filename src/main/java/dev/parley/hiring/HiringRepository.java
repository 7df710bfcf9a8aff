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

@ApplicationScoped
class HiringRepository implements PanacheRepositoryBase<Hiring, Hiring.Key> {

    List<Hiring> list(UserId user) {
        return list("key.userId", Sort.ascending("key.agentType"), user.value());
    }

    /** Returns the given pairs of user and agent for which a hiring exists. */
    Set<AgentHire> findExisting(List<AgentHire> agentHires) {
        return Set.copyOf(
                JdbcStatement.of(
                                getEntityManager(),
                                """
                                select user_id, agent_type from unnest(?, ?) as input (user_id, agent_type)
                                join hirings using (user_id, agent_type)
                                """)
                        .uuids(agentHires, hire -> hire.user().value())
                        .texts(agentHires, hire -> hire.agentType().value())
                        .query(row ->
                                new AgentHire(
                                        new UserId(row.getObject(1, UUID.class)),
                                        new AgentType(row.getString(2)))));
    }

    /**
     * Adds a hiring, or locks the hiring that exists and keeps its time. The lock orders a
     * simultaneous removal before or after this statement.
     *
     * @return the time at which the user hired the agent
     */
    Instant add(UserId user, AgentType type, Instant now) {
        getSession()
                .createMutationQuery(
                        """
                        insert into Hiring as existing (key.userId, key.agentType, hiredAt) values (:user, :type, :now)
                        on conflict (key.userId, key.agentType) do update set hiredAt = existing.hiredAt
                        """)
                .setParameter("user", user.value())
                .setParameter("type", type.value())
                .setParameter("now", now)
                .executeUpdate();
        return findById(new Hiring.Key(user.value(), type.value())).hiredAt;
    }

    /**
     * Deletes by a statement: unlike {@code deleteById}, the statement does not fail if another
     * transaction deletes the row first.
     */
    boolean remove(UserId user, AgentType type) {
        return delete("key.userId = ?1 and key.agentType = ?2", user.value(), type.value()) == 1;
    }
}
