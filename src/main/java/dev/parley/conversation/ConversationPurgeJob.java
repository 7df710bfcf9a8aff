package dev.parley.conversation;

import dev.parley.platform.jobs.Deadline;
import dev.parley.platform.jobs.Job;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/**
 * Deletes the rows of long conversations that their users have deleted, in batches. A run that was
 * interrupted, by its deadline or by a crash, is continued by the next run, on any replica.
 */
@ApplicationScoped
class ConversationPurgeJob implements Job {

    private static final int MAX_CONVERSATIONS = 100;

    /** So few that the foreign keys of all rows of a batch are checked within a second. */
    private static final int BATCH_SIZE = 2_000;

    private final ReleasedConversations released;
    private final List<ConversationParts> parts;

    ConversationPurgeJob(ReleasedConversations released, @All List<ConversationParts> parts) {
        this.released = released;
        this.parts = parts;
    }

    @Override
    public String name() {
        return "purge-conversations";
    }

    @Override
    public Duration interval() {
        return Duration.ofSeconds(10);
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(30);
    }

    @Override
    public boolean oncePerCluster() {
        return true;
    }

    @Override
    public void run(Deadline deadline) {
        for (ConversationId id : released.find(MAX_CONVERSATIONS)) {
            deadline.inBatches(BATCH_SIZE, () -> released.deleteMessages(id, BATCH_SIZE));
            parts.forEach(
                    part -> deadline.inBatches(BATCH_SIZE, () -> part.deleteBatch(id, BATCH_SIZE)));
            if (deadline.hasPassed()) {
                return;
            }
            released.delete(id);
        }
    }
}
