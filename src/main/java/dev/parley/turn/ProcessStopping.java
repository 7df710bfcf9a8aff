package dev.parley.turn;

/** This process is about to end and begins no turn any more; another replica does. */
public final class ProcessStopping extends RuntimeException {

    public ProcessStopping() {
        super("This process is stopping; send the message again.", null, false, false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
