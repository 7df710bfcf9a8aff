package dev.parley.turn.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.parley.platform.cluster.RunnerLease;
import dev.parley.platform.cluster.RunnerMessage;
import dev.parley.platform.cluster.RunnerMessageReceived;
import dev.parley.platform.cluster.RunnerMessenger;
import dev.parley.turn.TurnId;
import dev.parley.turn.store.CancellationStore.ActiveTurn;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Sends a notice about a turn to the process that runs it: this one, or another. */
@ApplicationScoped
class TurnMessenger {

    private final RunnerLease runner;
    private final RunnerMessenger messenger;

    TurnMessenger(RunnerLease runner, RunnerMessenger messenger) {
        this.runner = runner;
        this.messenger = messenger;
    }

    /**
     * Sends a notice. A turn without a runner is looked for in this process.
     *
     * @param here gets the turn at once if it does not run in another process
     */
    void send(String notice, ActiveTurn turn, Consumer<TurnId> here) {
        turn.runner()
                .filter(other -> !other.equals(runner.id()))
                .ifPresentOrElse(
                        other ->
                                messenger.send(
                                        List.of(
                                                new RunnerMessage(
                                                        other,
                                                        JsonNodeFactory.instance
                                                                .objectNode()
                                                                .put(
                                                                        notice,
                                                                        turn.id().toString())))),
                        () -> here.accept(turn.id()));
    }

    /** The turn that a message of another process is about; empty if it is another notice. */
    static Optional<TurnId> read(String notice, RunnerMessageReceived message) {
        return message.content().has(notice)
                ? Optional.of(new TurnId(UUID.fromString(message.content().path(notice).asText())))
                : Optional.empty();
    }
}
