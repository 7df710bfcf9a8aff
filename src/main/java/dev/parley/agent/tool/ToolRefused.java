package dev.parley.agent.tool;

/** A tool cannot do what the agent asked; the agent is told why and may try otherwise. */
public final class ToolRefused extends RuntimeException {

    public ToolRefused(String reason) {
        super(reason, null, false, false);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
