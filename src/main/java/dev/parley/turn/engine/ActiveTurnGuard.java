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

    private static final Duration TO_END = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final UnfinishedTurns open;
    private final TurnCanceller cancel;

    ActiveTurnGuard(UnfinishedTurns open, TurnCanceller cancel) {
        this.open = open;
        this.cancel = cancel;
    }

    /**
     * @throws ConversationBusy where a turn runs or waits in it
     */
    @Override
    public void requireNoActiveTurn(ConversationId conversation) {
        if (open.isAnyIn(conversation)) {
            throw ConversationBusy.notToBeDeleted(conversation);
        }
    }

    /** Queued turns first become running turns, so it asks until none is left. */
    @Override
    public void stop(UserId user) {
        long began = System.nanoTime();
        List<TurnId> left = open.of(user);
        while (!left.isEmpty() && System.nanoTime() - began < TO_END.toNanos()) {
            left.forEach(turn -> stop(user, turn));
            if (!paused()) {
                return;
            }
            left = open.of(user);
        }
        if (!left.isEmpty()) {
            Log.warnf(
                    "%d turns of user %s do not end; what they still write is discarded",
                    left.size(), user);
        }
    }

    private void stop(UserId user, TurnId turn) {
        try {
            cancel.request(user, turn);
        } catch (TurnNotFound failure) {
            Log.debug("It went with its conversation", failure);
        }
    }

    private static boolean paused() {
        try {
            Thread.sleep(BETWEEN_LOOKS);
            return true;
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
