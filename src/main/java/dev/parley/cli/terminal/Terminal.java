package dev.parley.cli.terminal;

import java.io.Console;
import java.util.Optional;

/** The terminal of the user. */
public final class Terminal {

    private Terminal() {}

    /** The console, or empty if input or output is not a terminal. */
    @SuppressWarnings("SystemConsoleNull")
    public // in JDK 25 the console is null, or not a terminal
    static Optional<Console> console() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal);
    }
}
