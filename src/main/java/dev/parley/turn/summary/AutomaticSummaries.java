package dev.parley.turn.summary;

import dev.parley.agent.AgentFailure;
import dev.parley.platform.problem.ParleyException;
import dev.parley.turn.engine.GracefulShutdown;
import dev.parley.turn.engine.TurnSettled;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.Semaphore;

/**
 * Starts steps after turns, in the background and on the replica that has settled the turn. What is
 * left out because too many are at work is found after the next turn of the conversation.
 */
@ApplicationScoped
class AutomaticSummaries {

    /** A long conversation that was never summarised catches up in a few turns. */
    private static final int MAX_STEPS = 10;

    /** Turns whose conversations are looked at in one process at once. */
    private static final int MAX_CONCURRENT = 16;

    private final Summaries summaries;
    private final GracefulShutdown shutdown;
    private final Semaphore permits = new Semaphore(MAX_CONCURRENT);

    AutomaticSummaries(Summaries summaries, GracefulShutdown shutdown) {
        this.summaries = summaries;
        this.shutdown = shutdown;
    }

    void onTurnSettled(@Observes TurnSettled turn) {
        if (!summaries.isAutomatic() || shutdown.isDraining() || !permits.tryAcquire()) {
            return;
        }
        Thread.ofVirtual()
                .name("summary-" + turn.conversation())
                .start(() -> {
                    try {
                        summarize(turn);
                    } finally {
                        permits.release();
                    }
                });
    }

    private void summarize(TurnSettled turn) {
        try {
            int ran = 0;
            while (ran < MAX_STEPS
                    && !shutdown.isDraining()
                    && summaries.summarizeIfDue(turn.user(), turn.conversation(), turn.agent())) {
                ran++;
            }
        } catch (AgentFailure failure) {
            Log.warnf(
                    "Conversation %s was not summarised; a later turn of the conversation tries"
                            + " again: %s",
                    turn.conversation(), failure.detail());
        } catch (ParleyException refusal) {
            Log.debugf(
                    "Conversation %s is not summarised now: %s",
                    turn.conversation(), refusal.detail());
        } catch (RuntimeException failure) {
            Log.warnf(
                    failure,
                    "Conversation %s was not summarised; a later turn of the conversation tries"
                            + " again",
                    turn.conversation());
        }
    }
}
