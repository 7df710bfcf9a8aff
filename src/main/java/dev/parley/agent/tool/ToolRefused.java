package dev.parley.agent.tool;

/**
 * A tool refuses a call. The agent gets the reason and may call the tool again with other
 * arguments.
 */
public final class ToolRefused extends RuntimeException {

    public ToolRefused(String reason) {
        super(reason, null, false, false);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
