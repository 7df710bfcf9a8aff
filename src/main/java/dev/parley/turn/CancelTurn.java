package dev.parley.turn;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.cluster.RunnerMessage;
import dev.parley.platform.cluster.RunnerMessageReceived;
import dev.parley.platform.cluster.RunnerMessenger;
import dev.parley.platform.database.sql.SqlErrors;
import dev.parley.platform.identity.UserId;
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
public class CancelTurn {

    private static final String CANCEL = "cancel";

    private final CancelRequests requests;
    private final RunningTurns running;
    private final RunnerLease runner;
    private final RunnerMessenger post;

    CancelTurn(
            CancelRequests requests,
            RunningTurns running,
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
            stopHere(id);
        }
    }

    /** The same for the turn that runs before a queued turn. */
    void whatStandsInTheWayOf(Ledger.Opened queued) {
        stop(requests.requestBefore(queued.id(), queued.conversation()));
    }

    /** Another replica was asked to cancel a turn that runs here. */
    void hear(@Observes RunnerMessageReceived letter) {
        if (letter.content().has(CANCEL)) {
            stopHere(new TurnId(UUID.fromString(letter.content().path(CANCEL).asText())));
        }
    }

    void stopHere(TurnId id) {
        running.find(id).ifPresent(turn -> turn.stop(Stop.CANCELLED));
    }

    private void stop(List<CancelRequests.AtWork> turns) {
        for (CancelRequests.AtWork turn : turns) {
            if (turn.runner().isEmpty() || turn.runner().get().equals(runner.id())) {
                stopHere(turn.id());
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
