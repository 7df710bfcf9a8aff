package dev.parley.turn.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.cluster.RunnerMessage;
import dev.parley.platform.cluster.RunnerMessageReceived;
import dev.parley.platform.cluster.RunnerMessenger;
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
import java.util.UUID;

/**
 * Stops a turn, on whichever replica it runs. The wish is written down first, so that it outlives
 * the runner; the runner gets a message, and looks by itself should the message be lost.
 */
@ApplicationScoped
public class TurnCanceller {

    private static final String CANCEL = "cancel";

    private final CancellationStore requests;
    private final RunningTurnRegistry running;
    private final RunnerLease runner;
    private final RunnerMessenger post;

    TurnCanceller(
            CancellationStore requests,
            RunningTurnRegistry running,
            RunnerLease runner,
            RunnerMessenger post) {
        this.requests = requests;
        this.running = running;
        this.runner = runner;
        this.post = post;
    }

    /**
     * Asks for the turn to be cancelled; it ends soon after. A turn that has ended stays as it is.
     *
     * @throws TurnNotFound where the user has no such turn
     */
    public void request(UserId user, TurnId id) {
        boolean runsHere = running.stream(id).filter(turn -> turn.user().equals(user)).isPresent();
        try {
            stop(requests.request(user, id));
        } catch (RuntimeException failure) {
            if (!runsHere || SqlErrors.classify(failure).isEmpty()) {
                throw failure;
            }
            Log.warnf("Turn %s is cancelled although the database is away", id);
            stopLocally(id);
        }
    }

    /** The same for the turn that runs before a queued turn. */
    void cancelRunningBefore(TurnStore.TurnContext queued) {
        stop(requests.requestBefore(queued.id(), queued.conversation()));
    }

    /** Another replica was asked to cancel a turn that runs here. */
    void onMessage(@Observes RunnerMessageReceived letter) {
        if (letter.content().has(CANCEL)) {
            stopLocally(new TurnId(UUID.fromString(letter.content().path(CANCEL).asText())));
        }
    }

    public void stopLocally(TurnId id) {
        running.find(id).ifPresent(turn -> turn.stop(StopReason.CANCELLED));
    }

    private void stop(List<CancellationStore.ActiveTurn> turns) {
        for (CancellationStore.ActiveTurn turn : turns) {
            if (turn.runner().isEmpty() || turn.runner().get().equals(runner.id())) {
                stopLocally(turn.id());
            } else {
                post.send(
                        List.of(
                                new RunnerMessage(
                                        turn.runner().get(),
                                        JsonNodeFactory.instance
                                                .objectNode()
                                                .put(CANCEL, turn.id().toString()))));
            }
        }
    }
}
