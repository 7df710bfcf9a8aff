package dev.parley.turn;

import dev.parley.conversation.ConversationId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A turn that was opened and goes on by itself, whether or not anybody waits for it. */
public final class TurnInProgress {

    private final TurnId id;
    private final ConversationId conversation;
    private final CompletableFuture<TurnRecord> ending = new CompletableFuture<>();

    TurnInProgress(TurnId id, ConversationId conversation) {
        this.id = id;
        this.conversation = conversation;
    }

    public TurnId id() {
        return id;
    }

    public ConversationId conversation() {
        return conversation;
    }

    /**
     * Waits until the turn has ended and its ending is committed.
     *
     * @throws TurnUnsettled where the ending could not be stored in time
     */
    public TurnRecord await() {
        try {
            return ending.join();
        } catch (CompletionException failure) {
            throw failure.getCause() instanceof TurnUnsettled unsettled
                    ? unsettled
                    : new TurnUnsettled(id, failure);
        }
    }

    void ended(TurnRecord record) {
        ending.complete(record);
    }

    void unsettled(Throwable failure) {
        ending.completeExceptionally(failure);
    }
}
