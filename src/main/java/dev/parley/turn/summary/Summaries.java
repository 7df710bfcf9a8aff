package dev.parley.turn.summary;

import dev.parley.agent.AgentFailure;
import dev.parley.agent.AgentType;
import dev.parley.agent.AgentUnavailable;
import dev.parley.agent.SummaryConfig;
import dev.parley.agent.SummaryWriter;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationNotFound;
import dev.parley.conversation.Summary;
import dev.parley.platform.database.sql.SqlErrors;
import dev.parley.platform.identity.UserId;
import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;
import dev.parley.quota.QuotaExhausted;
import dev.parley.turn.ConversationBusy;
import dev.parley.turn.TurnId;
import dev.parley.turn.engine.ConnectionHoldGuard;
import dev.parley.turn.store.UsageLine;
import dev.parley.turn.store.UsageRepository;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Summarises the earlier messages of conversations in steps: claim and charge, let a model write
 * while nothing is held (G1), store. If the process dies in between, the last summary stays, and
 * the claim expires; the next claim gives the queries back.
 */
@ApplicationScoped
@Startup
@Transactional(TxType.NEVER)
public class Summaries {

    private static final int MAX_ATTEMPTS = 3;

    private final SummaryConfig config;
    private final SummaryWriter writer;
    private final SummarySteps steps;
    private final UsageRepository usage;
    private final ConnectionHoldGuard connectionGuard;
    private final Semaphore permits;
    private final Counter stored;
    private final Counter failed;
    private final Counter discarded;

    Summaries(
            SummaryConfig config,
            SummaryWriter writer,
            SummarySteps steps,
            UsageRepository usage,
            ConnectionHoldGuard connectionGuard,
            MeterRegistry meters) {
        this.config = config;
        this.writer = writer;
        this.steps = steps;
        this.usage = usage;
        this.connectionGuard = connectionGuard;
        this.permits = new Semaphore(config.maxConcurrent());
        this.stored = counter("stored", meters);
        this.failed = counter("failed", meters);
        this.discarded = counter("discarded", meters);
    }

    private static Counter counter(String outcome, MeterRegistry meters) {
        return Counter.builder("parley.summary.steps")
                .description("Steps that summarised conversations, by what became of the summary")
                .tag("outcome", outcome)
                .register(meters);
    }

    /** Whether turns start steps. */
    boolean isAutomatic() {
        return config.mode() == SummaryConfig.Mode.AUTOMATIC && writer.isConfigured();
    }

    /**
     * Runs the next step, if there is anything to summarise.
     *
     * @return the summary as it is then
     * @throws SummariesOff if the configuration allows no summaries, or there is no model
     * @throws ConversationNotFound if the user has no such conversation
     * @throws ConversationBusy if another step is at work in the conversation
     * @throws QuotaExhausted if the user has fewer queries left than a step costs
     * @throws ParleyException overloaded, if this process runs as many steps as it may
     * @throws AgentUnavailable if the model is known to be unavailable
     * @throws AgentFailure if the model wrote no summary; the queries were given back
     */
    public Summary summarize(UserId user, ConversationId conversation) {
        if (config.mode() == SummaryConfig.Mode.OFF) {
            throw SummariesOff.byConfiguration();
        }
        if (!writer.isConfigured()) {
            throw SummariesOff.withoutModel();
        }
        run(user, conversation, Optional.empty());
        return steps.read(user, conversation);
    }

    /** Runs a step if enough is to be summarised; false if none ran. */
    boolean summarizeIfDue(UserId user, ConversationId conversation, AgentType agent) {
        return steps.isDue(conversation, agent) && run(user, conversation, Optional.of(agent));
    }

    /** Runs a step; false if there was nothing to summarise. */
    private boolean run(UserId user, ConversationId conversation, Optional<AgentType> agent) {
        if (!permits.tryAcquire()) {
            throw new ParleyException(
                    ProblemCode.OVERLOADED,
                    "As many summaries are being written as this instance writes at once.");
        }
        UUID id = TurnId.next().value();
        try {
            writer.requireAvailable(id);
            Optional<SummaryStep> step = claim(user, conversation, id, agent);
            step.ifPresent(this::run);
            return step.isPresent();
        } finally {
            permits.release();
        }
    }

    private Optional<SummaryStep> claim(
            UserId user, ConversationId conversation, UUID id, Optional<AgentType> agent) {
        Optional<SummaryStep> step = Optional.empty();
        try {
            step = steps.claim(user, conversation, id, agent);
            return step;
        } finally {
            if (step.isEmpty()) {
                writer.release(id);
            }
        }
    }

    private void run(SummaryStep step) {
        SummaryCollector collector = new SummaryCollector(writer.maxLength());
        try {
            int messages = write(step, collector);
            String summary = collector.summary();
            boolean isStored =
                    retrying("Storing", step, () -> steps.store(step, summary, messages));
            (isStored ? stored : discarded).increment();
        } catch (RuntimeException failure) {
            failed.increment();
            giveUp(step);
            throw failure;
        }
    }

    private int write(SummaryStep step, SummaryCollector collector) {
        AtomicInteger messages = new AtomicInteger();
        try {
            connectionGuard.whileThinking(() ->
                    messages.set(
                            writer.write(
                                    step.conversation().toString(),
                                    step.last(),
                                    step.messages(),
                                    collector)));
        } finally {
            // An interrupt by the time limit may arrive late and must not reach the transactions
            Thread.interrupted();
            charge(step, collector.usage());
        }
        return messages.get();
    }

    /** Charges the tokens of a step, also if it failed. */
    private void charge(SummaryStep step, List<UsageLine> used) {
        try {
            retrying(
                    "Charging",
                    step,
                    () -> {
                        usage.charge(step.user(), step.id(), step.claim().claimedAt(), used);
                        return used;
                    });
        } catch (RuntimeException failure) {
            Log.warnf(failure, "The tokens of summary step %s were not charged", step.id());
        }
    }

    private void giveUp(SummaryStep step) {
        try {
            retrying(
                    "Releasing",
                    step,
                    () -> {
                        steps.release(step);
                        return step;
                    });
        } catch (RuntimeException failure) {
            Log.warnf(
                    failure,
                    "The claim of summary step %s could not be ended; it expires, and the next step"
                            + " of conversation %s gives its queries back",
                    step.id(),
                    step.conversation());
        }
    }

    /** Storing, charging and releasing change nothing a second time. */
    private static <T> T retrying(String operationName, SummaryStep step, Supplier<T> transaction) {
        for (int attempt = 1; ; attempt++) {
            try {
                return transaction.get();
            } catch (RuntimeException failure) {
                Optional<SqlErrors> error = SqlErrors.classify(failure);
                if (attempt == MAX_ATTEMPTS || error.isEmpty()) {
                    throw failure;
                }
                Log.warnf(
                        "%s summary step %s failed because of the database (%s); retrying",
                        operationName, step.id(), error.get());
            }
        }
    }
}
