package dev.parley.turn.store;

import dev.parley.agent.tool.Round;
import dev.parley.turn.ApprovalRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The exchanges of a turn's agents in one attempt. Thread-safe. */
public final class TurnExchange {

    /** The path of the turn's own agent. */
    public static final String ROOT = "";

    private final FencingToken token;
    private final Exchange stored;
    private final TurnUsage usage;
    private final AtomicInteger steps = new AtomicInteger();
    private final List<ExchangeJournal> journals = new CopyOnWriteArrayList<>();
    private final List<ApprovalRequest> asked = new CopyOnWriteArrayList<>();
    private final Set<String> endedWorkers = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean hasSteering;
    private volatile boolean hasRounds;

    public TurnExchange(FencingToken token, Exchange stored) {
        this.token = token;
        this.stored = stored;
        this.usage = new TurnUsage(stored.usage());
        this.hasRounds = !stored.isEmpty();
        this.hasSteering = new AtomicBoolean(token.attempt() > 1);
    }

    /**
     * The journal of one agent.
     *
     * @param path {@link #ROOT}, or the path of the step that delegated to the agent
     * @param maxLength of the agent's exchange, in characters
     */
    public ExchangeJournal journal(String path, int maxLength) {
        ExchangeJournal journal = new ExchangeJournal(this, path, stored, maxLength);
        journals.add(journal);
        return journal;
    }

    /** What the turn's agents have used. */
    public TurnUsage usage() {
        return usage;
    }

    /** What ends with the turn. */
    public EndedExchange ended() {
        return new EndedExchange(hasRounds, usage.lines());
    }

    /** The trace of the attempt before a pause; empty if there was no pause, or no trace. */
    public Optional<String> traceparent() {
        return stored.traceparent();
    }

    /** The rounds of workers that ended before this attempt, and so do not run again. */
    public List<Round> roundsOfEndedWorkers() {
        return stored.roundsOfEndedWorkers().toList();
    }

    /** The turn cannot go on before a person has decided about these calls. */
    public void ask(List<ApprovalRequest> requests) {
        asked.addAll(requests);
    }

    /**
     * A worker has its result, so the calls that its own workers asked about never run.
     *
     * @param path of the step that delegated to the worker
     */
    public void markEnded(String path) {
        endedWorkers.add(path);
    }

    /** The calls about which a person has to decide. */
    public List<ApprovalRequest> asked() {
        return asked.stream().filter(request -> !isOfEndedWorker(request)).toList();
    }

    private boolean isOfEndedWorker(ApprovalRequest request) {
        return endedWorkers.stream().anyMatch(path -> request.step().startsWith(path + "."));
    }

    /** The messages that joined the turn in earlier attempts. */
    public List<SteeringMessage> steering() {
        return stored.steering();
    }

    /** How many rounds of the turn's own agent are stored from earlier attempts. */
    public int recordedRounds() {
        return stored.rounds().getOrDefault(ROOT, List.of()).size();
    }

    /** A message may wait to join the turn: the agent is to look before its next round. */
    public void markSteering() {
        hasSteering.set(true);
    }

    /** Whether a message may wait to join the turn; it is asked for once. */
    public boolean takeSteering() {
        return hasSteering.getAndSet(false);
    }

    List<ExchangeJournal> journals() {
        return List.copyOf(journals);
    }

    void markRounds() {
        hasRounds = true;
    }

    FencingToken token() {
        return token;
    }

    /** A number that no other step of this attempt has. */
    int nextStepNumber() {
        return steps.incrementAndGet();
    }
}
