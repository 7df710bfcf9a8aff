package dev.parley.agent.approval;

/** The names of tools in the configuration. */
final class ToolNames {

    private ToolNames() {}

    /**
     * The name with underscores instead of dots. The name of a tool has no dots, and an environment
     * variable with the key in quotation marks, {@code PARLEY_TOOLS__ADD_TASK__APPROVAL}, reaches
     * the configuration as {@code add.task}.
     */
    static String normalized(String name) {
        return name.replace('.', '_');
    }

    /** Whether a name, or a prefix that ends with {@code *}, means this tool. */
    static boolean matches(String name, String tool) {
        String pattern = normalized(name);
        return pattern.endsWith("*")
                ? tool.startsWith(pattern.substring(0, pattern.length() - 1))
                : tool.equals(pattern);
    }
}
