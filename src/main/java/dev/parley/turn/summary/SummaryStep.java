package dev.parley.turn.summary;

import dev.parley.agent.SummaryWriter.Passage;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.SummaryStore.StepClaim;
import dev.parley.platform.identity.UserId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A step that was claimed and charged.
 *
 * @param last the last summary; empty at first
 * @param messages the messages that come next
 * @param positions the position of each message
 */
record SummaryStep(
        UserId user,
        ConversationId conversation,
        StepClaim claim,
        Optional<String> last,
        List<Passage> messages,
        List<Integer> positions) {

    UUID id() {
        return claim.id();
    }
}
