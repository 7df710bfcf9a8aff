package dev.parley.turn;

import dev.parley.agent.AgentType;
import dev.parley.agent.FinishReason;
import dev.parley.agent.Usage;
import dev.parley.conversation.ConversationId;
import dev.parley.conversation.MessageId;
import dev.parley.platform.cluster.RunnerId;
import dev.parley.platform.identity.UserId;
import dev.parley.turn.stream.TurnStream;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Turns and their streams as the unit tests of streams need them, without a database. */
public final class Streams {

    private static final Instant STARTED = Instant.parse("2026-11-20T10:00:00Z");

    private Streams() {}

    public static TurnRecord running() {
        return new TurnRecord(
                TurnId.next(),
                ConversationId.next(),
                AgentType.OFFLINE,
                TurnStatus.RUNNING,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Usage.NONE,
                Optional.empty(),
                STARTED,
                Optional.empty(),
                Optional.empty());
    }

    /** The same turn once it has succeeded. */
    public static TurnRecord succeeded(TurnRecord running, String reply) {
        return new TurnRecord(
                running.id(),
                running.conversation(),
                running.agentType(),
                TurnStatus.SUCCEEDED,
                Optional.of(new TurnRecord.Reply(MessageId.next(), reply)),
                Optional.empty(),
                Optional.of(1L),
                new Usage(1, 2),
                Optional.of(FinishReason.STOP),
                STARTED,
                Optional.of(STARTED.plusSeconds(1)),
                Optional.empty());
    }

    /** What the ledger has of it. */
    public static TurnSnapshot snapshot(
            TurnRecord record, int attempt, String said, @Nullable String trail) {
        return new TurnSnapshot(
                record,
                new UserId(new UUID(0, 7)),
                Optional.of(new RunnerId(new UUID(0, 1))),
                attempt,
                said,
                Optional.ofNullable(trail));
    }

    /** The stream of a turn that runs elsewhere. */
    public static TurnStream mirrored(int attempt) {
        return TurnStream.mirrored(snapshot(running(), attempt, "", null));
    }
}
