package dev.parley.agent.tool;

/**
 * A bean with {@link AgentTool} methods. The class has {@code @RegisterForReflection} and contains
 * its argument records as nested types, so that a native executable keeps what is read by
 * reflection.
 */
public interface AgentTools {}
