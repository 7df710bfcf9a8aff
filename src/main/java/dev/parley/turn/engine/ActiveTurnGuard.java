package dev.parley.turn.engine;

import dev.parley.conversation.ConversationId;
import dev.parley.conversation.ConversationInUse;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.ConversationBusy;
import dev.parley.turn.TurnId;
import dev.parley.turn.TurnNotFound;
import dev.parley.turn.store.UnfinishedTurns;
import dev.parley.userdata.UserActivity;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/**
 * Keeps turns and deletions apart: a conversation with an unfinished turn cannot be deleted; a
 * user's erasure cancels the user's turns.
 */
@ApplicationScoped
class ActiveTurnGuard implements UserActivity, ConversationInUse {

    private static final Duration MAX_WAIT = Duration.ofSeconds(10);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    private final UnfinishedTurns unfinishedTurns;
    private final TurnCanceller canceller;

    ActiveTurnGuard(UnfinishedTurns unfinishedTurns, TurnCanceller canceller) {
        this.unfinishedTurns = unfinishedTurns;
        this.canceller = canceller;
    }

    /**
     * @throws ConversationBusy if a turn is running or queued in the conversation
     */
    @Override
    public void requireNoActiveTurn(ConversationId conversation) {
        if (unfinishedTurns.isAnyIn(conversation)) {
            throw ConversationBusy.notToBeDeleted(conversation);
        }
    }

    /** Cancels repeatedly until no turn is left, since a queued turn may start in the meantime. */
    @Override
    public void stop(UserId user) {
        long startedAt = System.nanoTime();
        List<TurnId> unfinished = unfinishedTurns.of(user);
        while (!unfinished.isEmpty() && System.nanoTime() - startedAt < MAX_WAIT.toNanos()) {
            unfinished.forEach(turn -> stop(user, turn));
            if (!pause()) {
                return;
            }
            unfinished = unfinishedTurns.of(user);
        }
        if (!unfinished.isEmpty()) {
            Log.warnf(
                    "%d turns of user %s have not ended in time; erasure continues, and their later"
                            + " writes are discarded",
                    unfinished.size(), user);
        }
    }

    private void stop(UserId user, TurnId turn) {
        try {
            canceller.request(user, turn);
        } catch (TurnNotFound failure) {
            Log.debug("The turn was deleted with its conversation", failure);
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(POLL_INTERVAL);
            return true;
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
