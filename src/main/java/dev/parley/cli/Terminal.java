package dev.parley.cli;

import java.io.Console;
import java.util.Optional;

/** The person's terminal. */
final class Terminal {

    private Terminal() {}

    /** Empty where input or output is something else. */
    @SuppressWarnings("SystemConsoleNull") // in JDK 25 it is null again, or there and no terminal
    static Optional<Console> console() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal);
    }
}
