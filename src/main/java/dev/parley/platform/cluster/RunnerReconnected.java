package dev.parley.platform.cluster;

/** The runner's connection was restored: messages sent meanwhile are lost. */
public record RunnerReconnected() {}
