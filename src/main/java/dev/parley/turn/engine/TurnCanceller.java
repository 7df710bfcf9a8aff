package dev.parley.turn.engine;

import dev.parley.platform.cluster.RunnerMessageReceived;
import dev.parley.platform.database.sql.SqlErrors;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.StopReason;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnNotFound;
import dev.parley.turn.store.CancellationStore;
import dev.parley.turn.store.TurnStore;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/**
 * Cancels a turn, on whichever replica it runs. The request is stored first, so that the request
 * survives the runner; then the runner gets a message. If the message is lost, the runner finds the
 * request in the database.
 */
@ApplicationScoped
public class TurnCanceller {

    private static final String CANCEL = "cancel";

    private final CancellationStore cancellations;
    private final RunningTurnRegistry runningTurns;
    private final TurnMessenger messenger;

    TurnCanceller(
            CancellationStore cancellations,
            RunningTurnRegistry runningTurns,
            TurnMessenger messenger) {
        this.cancellations = cancellations;
        this.runningTurns = runningTurns;
        this.messenger = messenger;
    }

    /**
     * Requests that a turn is cancelled; the turn ends soon after. A turn that has ended is not
     * changed.
     *
     * @throws TurnNotFound if the user has no such turn
     */
    public void request(UserId user, TurnId id) {
        boolean runsHere =
                runningTurns.stream(id).filter(turn -> turn.user().equals(user)).isPresent();
        try {
            stop(cancellations.request(user, id));
        } catch (RuntimeException failure) {
            if (!runsHere || SqlErrors.classify(failure).isEmpty()) {
                throw failure;
            }
            Log.warnf(
                    "Turn %s: the database is unavailable; the turn is cancelled without a stored"
                            + " request",
                    id);
            stopLocally(id);
        }
    }

    /** Requests that the turn that runs before a queued turn is cancelled. */
    void cancelRunningBefore(TurnStore.TurnContext queued) {
        stop(cancellations.requestBefore(queued.id(), queued.conversation()));
    }

    /** A user cancelled a turn on another replica, and the turn runs here. */
    void onMessage(@Observes RunnerMessageReceived message) {
        TurnMessenger.read(CANCEL, message).ifPresent(this::stopLocally);
    }

    public void stopLocally(TurnId id) {
        runningTurns.find(id).ifPresent(turn -> turn.stop(StopReason.CANCELLED));
    }

    private void stop(List<CancellationStore.ActiveTurn> turns) {
        turns.forEach(turn -> messenger.send(CANCEL, turn, this::stopLocally));
    }
}
