package dev.parley.platform.cluster;

/** The runner connection was restored; messages that were sent while it was broken are lost. */
public record RunnerReconnected() {}
