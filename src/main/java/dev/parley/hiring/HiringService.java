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

/** Hires and dismisses agents. Each call is one short transaction. */
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

    /**
     * Lists the user's hired agents in the order of their names. The number of agents in the
     * catalogue bounds the list.
     */
    public List<HiredSince> list(UserId user) {
        return hirings.list(user).stream().map(HiringService::hiredSince).toList();
    }

    /**
     * Hires an agent. Hiring an agent again changes nothing.
     *
     * @throws HiringNotFound if the catalogue has no such agent
     */
    public HiredSince hire(UserId user, AgentType type) {
        if (!agents.types().contains(type)) {
            throw new HiringNotFound(type);
        }
        return new HiredSince(type, hirings.add(user, type, clock.instant()));
    }

    /**
     * @throws HiringNotFound if the user has not hired the agent
     */
    public void dismiss(UserId user, AgentType type) {
        if (!hirings.remove(user, type)) {
            throw new HiringNotFound(type);
        }
    }

    /**
     * Returns the given pairs of user and agent for which a hiring exists. Joins the transaction
     * that opens turns.
     */
    @Transactional(TxType.MANDATORY)
    public Set<AgentHire> among(List<AgentHire> agentHires) {
        return agentHires.isEmpty() ? Set.of() : hirings.findExisting(agentHires);
    }

    private static HiredSince hiredSince(Hiring hiring) {
        return new HiredSince(new AgentType(hiring.key.agentType()), hiring.hiredAt);
    }

    /** An agent and the time at which the user hired the agent. */
    public record HiredSince(AgentType agentType, Instant hiredAt) {}
}
