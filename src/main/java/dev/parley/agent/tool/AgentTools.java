package dev.parley.agent.tool;

/**
 * A bean with {@link AgentTool} methods. Such a class carries {@code @RegisterForReflection}, and
 * its records of arguments are nested in it, so that a native executable keeps what is read by
 * reflection.
 */
public interface AgentTools {}
