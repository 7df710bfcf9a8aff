package dev.parley.hiring;

import dev.parley.agent.AgentCatalogue;
import dev.parley.agent.AgentType;
import dev.parley.platform.identity.UserId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Takes agents on and lets them go; each call is one short transaction. */
@ApplicationScoped
@Transactional
public class UserHirings {

    private final Hirings hirings;
    private final AgentCatalogue agents;
    private final Clock clock;

    UserHirings(Hirings hirings, AgentCatalogue agents, Clock clock) {
        this.hirings = hirings;
        this.agents = agents;
        this.clock = clock;
    }

    /** In the order of their names; as many as there are agents, at most. */
    public List<Since> list(UserId user) {
        return hirings.of(user).stream().map(UserHirings::since).toList();
    }

    /**
     * Hires an agent; an agent that is hired already stays hired.
     *
     * @throws NothingHired where the catalogue has no such agent
     */
    public Since hire(UserId user, AgentType type) {
        if (!agents.types().contains(type)) {
            throw new NothingHired(type);
        }
        return new Since(type, hirings.add(user, type, clock.instant()));
    }

    /**
     * @throws NothingHired where the user has not taken it on
     */
    public void dismiss(UserId user, AgentType type) {
        if (!hirings.remove(user, type)) {
            throw new NothingHired(type);
        }
    }

    /** Which of those there are; part of the transaction that opens turns. */
    @Transactional(TxType.MANDATORY)
    public Set<Hired> among(List<Hired> those) {
        return those.isEmpty() ? Set.of() : hirings.among(those);
    }

    private static Since since(Hiring hiring) {
        return new Since(new AgentType(hiring.key.agentType()), hiring.hiredAt);
    }

    /** An agent, and when it was taken on. */
    public record Since(AgentType agentType, Instant hiredAt) {}
}
