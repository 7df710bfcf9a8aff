package dev.parley.turn;

import dev.parley.agent.AgentType;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.MessageId;
import dev.parley.identity.UserId;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All turns. */
@ApplicationScoped
class Turns implements PanacheRepositoryBase<Turn, UUID> {

    Optional<Turn> of(UserId user, TurnId id) {
        return find("id = ?1 and userId = ?2", id.value(), user.value()).firstResultOptional();
    }

    /**
     * Writes a running turn, where no other runs or waits in the conversation: the partial unique
     * index decides.
     *
     * @return whether the conversation was claimed
     */
    boolean claim(
            TurnId id, UserId user, ConversationId conversation, AgentType agentType, Instant now) {
        int claimed =
                getEntityManager()
                        .createNativeQuery(
                                """
                                insert into turns (id, user_id, conversation_id, agent_type, status, started_at)
                                values (:id, :user, :conversation, :agent, 'running', :now)
                                on conflict (conversation_id) where status in ('running', 'waiting') do nothing
                                """)
                        .setParameter("id", id.value())
                        .setParameter("user", user.value())
                        .setParameter("conversation", conversation.value())
                        .setParameter("agent", agentType.value())
                        .setParameter("now", now)
                        .executeUpdate();
        return claimed == 1;
    }

    /**
     * Ends a turn that still runs; the condition is the fence that lets only one ending through.
     *
     * @return whether it was still running
     */
    boolean end(
            TurnId id,
            TurnState.Ending ending,
            @Nullable MessageId reply,
            long version,
            Instant now) {
        TurnState.@Nullable Unanswered unanswered =
                ending instanceof TurnState.Unanswered without ? without : null;
        int ended =
                getEntityManager()
                        .createNativeQuery(
                                """
                                update turns set status = :status, ended_at = :now, version = :version,
                                    reply_id = cast(:reply as uuid),
                                    input_tokens = :input, output_tokens = :output,
                                    error_code = cast(:code as text), error_detail = cast(:detail as text)
                                where id = :id and status = 'running'
                                """)
                        .setParameter("id", id.value())
                        .setParameter("status", ending.code())
                        .setParameter("now", now)
                        .setParameter("version", version)
                        .setParameter("reply", reply == null ? null : reply.toString())
                        .setParameter("input", ending.usage().inputTokens())
                        .setParameter("output", ending.usage().outputTokens())
                        .setParameter(
                                "code", unanswered == null ? null : unanswered.failure().code())
                        .setParameter("detail", unanswered == null ? null : unanswered.detail())
                        .executeUpdate();
        return ended == 1;
    }
}
