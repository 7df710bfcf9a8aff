package dev.parley.cli.terminal;

import java.io.Console;
import java.util.Optional;

/** The person's terminal. */
public final class Terminal {

    private Terminal() {}

    /** Empty where input or output is something else. */
    @SuppressWarnings("SystemConsoleNull")
    public // in JDK 25 it is null again, or there and no terminal
    static Optional<Console> console() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal);
    }
}
