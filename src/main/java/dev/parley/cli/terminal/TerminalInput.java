package dev.parley.cli.terminal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The lines that a person types. A thread of its own reads them, because nothing can interrupt a
 * thread that reads standard input. Used by one thread at a time.
 */
public final class TerminalInput {

    private final BufferedReader reader;

    /** The line that is being read; it stays here if the wait for it ended early. */
    private @Nullable CompletableFuture<Optional<String>> nextLine;

    private boolean hasEnded;

    public TerminalInput(InputStream input) {
        reader = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
    }

    /** Waits for the next line; empty at the end of the input. */
    public Optional<String> readLine() throws InterruptedException {
        return readLine(new CompletableFuture<>());
    }

    /**
     * Waits for the next line, or until the wait is cancelled.
     *
     * @return empty at the end of the input, and after a cancellation. Then the next call returns
     *     the line
     * @throws CommandFailed if the terminal cannot be read
     */
    public Optional<String> readLine(CompletableFuture<?> cancellation)
            throws InterruptedException {
        CompletableFuture<Optional<String>> line = nextLine == null ? startReading() : nextLine;
        nextLine = line;
        hasEnded = false;
        try {
            CompletableFuture.anyOf(line, cancellation).get();
            if (!line.isDone()) {
                return Optional.empty();
            }
            nextLine = null;
            hasEnded = line.get().isEmpty();
            return line.get();
        } catch (ExecutionException failure) {
            throw new CommandFailed("The terminal cannot be read.");
        }
    }

    /**
     * Whether the last call found the end of the input. At a terminal the person may type on after
     * Ctrl-D, so another call waits for a line.
     */
    public boolean hasEnded() {
        return hasEnded;
    }

    private CompletableFuture<Optional<String>> startReading() {
        CompletableFuture<Optional<String>> line = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .name("terminal-input")
                .start(() -> {
                    try {
                        line.complete(Optional.ofNullable(reader.readLine()));
                    } catch (IOException failure) {
                        line.completeExceptionally(failure);
                    }
                });
        return line;
    }
}
