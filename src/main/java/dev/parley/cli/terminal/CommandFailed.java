package dev.parley.cli.terminal;

/** A command failed; the message says why and what to do. */
public final class CommandFailed extends RuntimeException {

    public CommandFailed(String message) {
        super(message, null, false, false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
