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
public class HiringService {

    private final HiringRepository hirings;
    private final AgentCatalogue agents;
    private final Clock clock;

    HiringService(HiringRepository hirings, AgentCatalogue agents, Clock clock) {
        this.hirings = hirings;
        this.agents = agents;
        this.clock = clock;
    }

    /** In the order of their names; as many as there are agents, at most. */
    public List<HiredSince> list(UserId user) {
        return hirings.of(user).stream().map(HiringService::since).toList();
    }

    /**
     * Hires an agent; an agent that is hired already stays hired.
     *
     * @throws HiringNotFound where the catalogue has no such agent
     */
    public HiredSince hire(UserId user, AgentType type) {
        if (!agents.types().contains(type)) {
            throw new HiringNotFound(type);
        }
        return new HiredSince(type, hirings.add(user, type, clock.instant()));
    }

    /**
     * @throws HiringNotFound where the user has not taken it on
     */
    public void dismiss(UserId user, AgentType type) {
        if (!hirings.remove(user, type)) {
            throw new HiringNotFound(type);
        }
    }

    /** Which of those there are; part of the transaction that opens turns. */
    @Transactional(TxType.MANDATORY)
    public Set<AgentHire> among(List<AgentHire> agentHires) {
        return agentHires.isEmpty() ? Set.of() : hirings.among(agentHires);
    }

    private static HiredSince since(Hiring hiring) {
        return new HiredSince(new AgentType(hiring.key.agentType()), hiring.hiredAt);
    }

    /** An agent, and when it was taken on. */
    public record HiredSince(AgentType agentType, Instant hiredAt) {}
}
