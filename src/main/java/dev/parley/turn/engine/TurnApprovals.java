package dev.parley.turn.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.agent.tool.Tool;
import dev.parley.agent.tool.ToolCatalogue;
import dev.parley.agent.tool.ToolRefused;
import dev.parley.platform.identity.Caller;
import dev.parley.turn.Approval;
import dev.parley.turn.ApprovalDecision;
import dev.parley.turn.InvalidArguments;
import dev.parley.turn.TooManyTurns;
import dev.parley.turn.TurnId;
import dev.parley.turn.store.ApprovalStore;
import dev.parley.turn.store.CancellationStore.TurnReleased;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.util.Map;
import java.util.Set;

/** Takes the decisions of people about tool calls, and lets the turns go on. */
@ApplicationScoped
public class TurnApprovals {

    private final ApprovalStore approvals;
    private final TurnEngine engine;
    private final Map<String, Tool> tools;

    TurnApprovals(ApprovalStore approvals, TurnEngine engine, ToolCatalogue tools) {
        this.approvals = approvals;
        this.engine = engine;
        this.tools = tools.tools();
    }

    /**
     * Decides about a tool call. If nothing else of its turn is to be decided, the turn goes on:
     * here, or on the next replica with a free place.
     *
     * @param seen hashes of arguments of which the caller has seen one; empty accepts any
     * @throws InvalidArguments if the tool refuses the arguments that the caller wrote
     * @throws RuntimeException as {@link ApprovalStore#decide} throws
     */
    public Approval decide(
            Caller caller, TurnId turn, String step, ApprovalDecision decision, Set<String> seen) {
        if (decision instanceof ApprovalDecision.Approve approve) {
            approve.arguments()
                    .ifPresent(arguments ->
                            validate(approvals.require(caller, turn, step), arguments));
        }
        ApprovalStore.Decided decided = approvals.decide(caller, turn, step, decision, seen);
        if (decided.isReady()) {
            resume(turn);
        }
        return decided.approval();
    }

    private void validate(Approval approval, JsonNode arguments) {
        Tool tool = tools.get(approval.request().tool());
        try {
            if (tool != null) {
                tool.validate(arguments);
            }
        } catch (ToolRefused refusal) {
            throw new InvalidArguments(refusal.reason());
        }
    }

    /** The decision is stored: whatever fails here, another replica goes on with the turn. */
    private void resume(TurnId turn) {
        try {
            engine.resume(turn);
        } catch (TooManyTurns failure) {
            Log.debug("The turn goes on where there is a place for it", failure);
        } catch (RuntimeException failure) {
            Log.warnf(
                    failure,
                    "Turn %s could not go on after the decision; the recovery job retries",
                    turn);
        }
    }

    /** A waiting turn was cancelled: the next queued turn starts. */
    void onReleased(@Observes(during = TransactionPhase.AFTER_SUCCESS) TurnReleased released) {
        Thread.ofVirtual()
                .name("dequeue-" + released.conversation())
                .start(() -> {
                    try {
                        engine.startNextQueued(released.conversation());
                    } catch (RuntimeException failure) {
                        Log.debug("The recovery job starts the next queued turn", failure);
                    }
                });
    }
}
