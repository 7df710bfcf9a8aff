package dev.parley.hiring;

import dev.parley.agent.AgentType;
import dev.parley.database.PlainSql;
import dev.parley.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Who has taken on whom. */
@ApplicationScoped
class Hirings implements PanacheRepositoryBase<Hiring, Hiring.Key> {

    List<Hiring> of(UserId user) {
        return list("key.userId", Sort.ascending("key.agentType"), user.value());
    }

    /** Which of those there are. */
    Set<Hired> among(List<Hired> those) {
        return Set.copyOf(
                PlainSql.of(
                                getEntityManager(),
                                """
                                select user_id, agent_type from unnest(?, ?) as those (user_id, agent_type)
                                join hirings using (user_id, agent_type)
                                """)
                        .uuids(those, hired -> hired.user().value())
                        .texts(those, hired -> hired.agentType().value())
                        .list(row ->
                                new Hired(
                                        new UserId(row.getObject(1, UUID.class)),
                                        new AgentType(row.getString(2)))));
    }

    void add(UserId user, AgentType type, Instant now) {
        PlainSql.of(
                        getEntityManager(),
                        """
                        insert into hirings (user_id, agent_type, hired_at) values (?, ?, ?) on conflict do nothing
                        """)
                .value(user.value())
                .value(type.value())
                .value(now)
                .execute();
    }

    boolean remove(UserId user, AgentType type) {
        return deleteById(new Hiring.Key(user.value(), type.value()));
    }
}
