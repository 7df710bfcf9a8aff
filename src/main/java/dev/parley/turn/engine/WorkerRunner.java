package dev.parley.turn.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.AgentCatalogue;
import dev.parley.agent.AgentConfig;
import dev.parley.agent.AgentEvent;
import dev.parley.agent.AgentFailure;
import dev.parley.agent.AgentRequest;
import dev.parley.agent.AgentStopped;
import dev.parley.agent.AgentSuspended;
import dev.parley.agent.AgentTimedOut;
import dev.parley.agent.AgentType;
import dev.parley.agent.DelegationStatus;
import dev.parley.agent.Steering;
import dev.parley.agent.tool.Tool;
import dev.parley.agent.tool.ToolCatalogue;
import dev.parley.agent.tool.Toolbox;
import dev.parley.agent.tool.Toolbox.ToolResult;
import dev.parley.turn.TooManyTurns;
import dev.parley.turn.TurnConfig;
import dev.parley.turn.engine.Worker.Ending;
import dev.parley.turn.memory.TurnMemory;
import dev.parley.turn.store.ExchangeJournal;
import dev.parley.turn.store.ToolStep;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Runs workers: the agents that a turn's agent delegates to. Each runs on its own virtual thread
 * while no connection, transaction or lock is held (G1), under the fencing token of its turn.
 *
 * <p>No supervisor waits for a permit while it holds one, so supervisors cannot block each other: a
 * worker that finds no permit or no memory is refused at once, and only tools wait for the
 * database.
 */
@ApplicationScoped
class WorkerRunner {

    private final AgentCatalogue agents;
    private final AgentConfig config;
    private final TurnConfig turnConfig;
    private final ToolExecutor toolExecutor;
    private final ApprovalCheck approvals;
    private final ConnectionHoldGuard connectionGuard;
    private final TurnMemory memory;
    private final TurnTelemetry telemetry;
    private final Semaphore permits;

    WorkerRunner(
            AgentCatalogue agents,
            AgentConfig config,
            TurnConfig turnConfig,
            ToolCatalogue tools,
            ToolExecutor toolExecutor,
            ApprovalCheck approvals,
            ConnectionHoldGuard connectionGuard,
            TurnMemory memory,
            TurnTelemetry telemetry) {
        this.agents = agents;
        this.config = config;
        this.turnConfig = turnConfig;
        this.toolExecutor = toolExecutor;
        this.approvals = approvals;
        this.connectionGuard = connectionGuard;
        this.memory = memory;
        this.telemetry = telemetry;
        this.permits = new Semaphore(config.maxConcurrentWorkers());
        if (tools.tools().containsKey(DelegateTool.NAME)) {
            throw new IllegalStateException(
                    "A tool has the name " + DelegateTool.NAME + ", which delegates to agents");
        }
    }

    /** The tools of an agent; an agent with workers may also delegate. */
    Toolbox toolbox(AgentInTurn agent, Consumer<AgentEvent> events) {
        ExchangeJournal journal =
                agent.turn().exchange().journal(agent.path(), config.maxExchangeLength());
        Map<String, Tool> all = new TreeMap<>(agents.tools(agent.type()));
        Optional<Delegation> delegation = Optional.empty();
        List<AgentType> workers = agents.workers(agent.type());
        if (agent.mayDelegate() && !workers.isEmpty()) {
            DelegateTool tool = DelegateTool.of(agents, workers);
            all.put(tool.name(), tool);
            delegation =
                    Optional.of(
                            new Delegation(
                                    agent,
                                    journal,
                                    tool,
                                    this,
                                    events,
                                    config.maxDelegationsPerRound()));
        }
        return new BudgetedToolbox(
                new TurnToolbox(
                        agent.turn().context().user(),
                        journal,
                        all,
                        new TurnToolbox.Rules(
                                agent.turn().context().conversation(),
                                agents.approvals(agent.type())),
                        toolExecutor,
                        approvals,
                        events,
                        delegation),
                agent.budget());
    }

    Duration timeout(AgentType worker) {
        return agents.timeout(worker);
    }

    /** Refuses a delegation without starting a worker. */
    ToolResult refuse(ToolStep step, String reason) {
        return toolExecutor.refuse(step, reason);
    }

    /**
     * Runs the workers of one round at the same time and waits until all have ended.
     *
     * @param journal of the supervisor
     * @param onSuspend gets each worker that waits for a decision, on the calling thread
     * @param onReturn gets each worker's result on the calling thread
     * @throws AgentStopped if the turn has ended, or runs elsewhere
     * @throws AgentSuspended if a worker waits for a decision; all others have ended
     */
    void run(
            ExchangeJournal journal,
            List<Worker> workers,
            Consumer<Worker> onSuspend,
            BiConsumer<Worker, ToolResult> onReturn) {
        if (!toolExecutor.storeRound(journal)) {
            // Without its round, a crash would leave the workers' steps with another task
            workers.forEach(worker ->
                    onReturn.accept(
                            worker,
                            refuse(
                                    worker.step(),
                                    "The delegation could not be stored; the agent was not"
                                            + " started.")));
            return;
        }
        WorkerGroup group =
                new WorkerGroup(workers, turnConfig.interruptGrace(), this::abandonUnresponsive);
        workers.forEach(worker -> start(worker, group));
        group.await(worker -> {
            switch (worker.ending().orElseThrow()) {
                case Ending.Returned returned -> onReturn.accept(worker, returned.result());
                case Ending.Suspended _ -> onSuspend.accept(worker);
                case Ending.Stopped _ -> throw new AgentStopped();
            }
        });
        workers.forEach(worker -> addResult(journal, worker));
        if (workers.stream().anyMatch(WorkerRunner::isSuspended)) {
            throw new AgentSuspended();
        }
    }

    private static void addResult(ExchangeJournal journal, Worker worker) {
        if (worker.ending().orElseThrow() instanceof Ending.Returned returned) {
            worker.agent().turn().exchange().markEnded(worker.step().path());
            if (returned.stored()) {
                journal.addStored(returned.result());
            } else {
                journal.addUnstored(worker.step(), returned.result());
            }
        }
    }

    private static boolean isSuspended(Worker worker) {
        return worker.ending().orElseThrow() instanceof Ending.Suspended;
    }

    private void start(Worker worker, WorkerGroup group) {
        Map<String, Object> logContext = TurnLogContext.current();
        Context trace = Context.current();
        Thread.ofVirtual()
                .name("worker-" + worker.step().turn() + "-" + worker.step().path())
                .start(() -> {
                    TurnLogContext.put(logContext);
                    try (Scope _ = trace.makeCurrent()) {
                        runWithPermit(worker);
                    } catch (AgentStopped failure) {
                        Log.debugf(failure, "Worker %s ended with its turn", name(worker));
                    } catch (Throwable failure) {
                        Log.errorf(failure, "Worker %s failed unexpectedly", name(worker));
                    } finally {
                        worker.end(new Ending.Stopped());
                        group.ended(worker);
                    }
                });
    }

    private void runWithPermit(Worker worker) {
        if (!permits.tryAcquire()) {
            worker.end(
                    store(worker, failed(worker, "Too many agents are working; try again later.")));
            return;
        }
        try {
            TurnMemory.Allocation allocation = memory.allocate();
            try {
                run(worker, allocation);
            } finally {
                allocation.free();
            }
        } catch (TooManyTurns failure) {
            worker.end(store(worker, failed(worker, failure.detail())));
        } finally {
            permits.release();
        }
    }

    private void run(Worker worker, TurnMemory.Allocation allocation) {
        WorkerReply reply = new WorkerReply(config.maxWorkerReplyLength());
        ReplyCollector collector =
                new ReplyCollector(
                        worker.agent().turn().stream(),
                        reply::append,
                        config,
                        allocation,
                        worker.agent()::add,
                        connectionGuard);
        Ending ending;
        boolean counts;
        worker.agentStarted();
        try {
            ending =
                    telemetry.invoking(
                            worker.agent().turn().context(),
                            worker.agent().type(),
                            WorkerRunner::error,
                            () -> think(worker, reply, collector));
        } finally {
            counts = worker.agentFinished();
        }
        if (counts) {
            worker.end(
                    ending instanceof Ending.Returned returned
                            ? store(worker, returned.result())
                            : ending);
        }
    }

    private Ending think(Worker worker, WorkerReply reply, ReplyCollector collector) {
        AgentInTurn agent = worker.agent();
        Consumer<AgentEvent> events =
                event -> {
                    worker.requireNotAbandoned();
                    collector.accept(event);
                };
        AgentRequest request =
                new AgentRequest(
                        List.of(
                                new AgentRequest.ChatMessage(
                                        AgentRequest.Role.USER, worker.task())),
                        Optional.empty(),
                        agent.supervisor(),
                        agent.userContext(),
                        Steering.NONE,
                        toolbox(agent, events),
                        agent.turn().context().startedAt(),
                        () -> isStopped(worker));
        try {
            connectionGuard.whileThinking(() -> agents.named(agent.type()).answer(request, events));
            collector.finish();
            collector.requireReply();
            return new Ending.Returned(succeeded(worker, reply), false);
        } catch (AgentSuspended suspension) {
            return new Ending.Suspended();
        } catch (Throwable failure) {
            return ending(worker, failure);
        }
    }

    private Ending ending(Worker worker, Throwable failure) {
        Log.debugf(failure, "Worker %s ended without a reply", name(worker));
        if (isStopped(worker)) {
            return new Ending.Stopped();
        }
        if (worker.stopped().isPresent()) {
            return timedOut(worker, timeoutMessage());
        }
        return switch (failure) {
            case AgentStopped _ -> new Ending.Stopped();
            case AgentTimedOut timeout -> timedOut(worker, timeout.detail());
            case AgentFailure known -> {
                Log.warnf("Worker %s: %s", name(worker), known.detail());
                yield new Ending.Returned(failed(worker, known.detail()), false);
            }
            case Throwable unexpected -> {
                Log.errorf(unexpected, "Worker %s failed unexpectedly", name(worker));
                yield new Ending.Returned(
                        failed(worker, "An internal error occurred while the agent was running."),
                        false);
            }
        };
    }

    /** Ends a worker whose agent ignores its interrupt, without waiting for the agent. */
    private void abandonUnresponsive(Worker worker) {
        worker.abandon()
                .ifPresent(stack -> {
                    IllegalStateException stuck =
                            new IllegalStateException("Stack of the stuck thread");
                    stuck.setStackTrace(stack);
                    Log.errorf(
                            stuck,
                            "Worker %s ignored the interrupt; its supervisor goes on without the"
                                    + " worker",
                            name(worker));
                    worker.end(store(worker, timedOutResult(worker, timeoutMessage())));
                });
    }

    private Ending store(Worker worker, ToolResult result) {
        return toolExecutor.storeResult(worker.step(), result);
    }

    private static boolean isStopped(Worker worker) {
        return worker.agent().turn().stopped().isPresent()
                || worker.stopped().filter(Worker.InterruptCause.SUPERVISOR::equals).isPresent();
    }

    private static String timeoutMessage() {
        return "The agent did not answer within its time limit.";
    }

    private static Ending timedOut(Worker worker, String error) {
        return new Ending.Returned(timedOutResult(worker, error), false);
    }

    private static ToolResult succeeded(Worker worker, WorkerReply reply) {
        ObjectNode content = content(worker, DelegationStatus.SUCCEEDED).put("reply", reply.text());
        reply.note().ifPresent(note -> content.put("note", note));
        return new ToolResult(true, content);
    }

    private static ToolResult failed(Worker worker, String error) {
        return new ToolResult(false, content(worker, DelegationStatus.FAILED).put("error", error));
    }

    private static ToolResult timedOutResult(Worker worker, String error) {
        return new ToolResult(
                false, content(worker, DelegationStatus.TIMED_OUT).put("error", error));
    }

    private static ObjectNode content(Worker worker, DelegationStatus status) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("agent_type", worker.agent().type().value())
                .put("status", status.text());
    }

    private static Optional<String> error(Ending ending) {
        return switch (ending) {
            case Ending.Returned returned when !returned.result().ok() ->
                    Optional.of(returned.result().content().path("status").asText());
            case Ending.Returned _, Ending.Suspended _ -> Optional.empty();
            case Ending.Stopped _ -> Optional.of("stopped");
        };
    }

    private static String name(Worker worker) {
        return "%s of step %s of turn %s"
                .formatted(worker.agent().type(), worker.step().path(), worker.step().turn());
    }
}
