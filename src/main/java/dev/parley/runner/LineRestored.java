package dev.parley.runner;

/** The runner's connection was restored: messages sent meanwhile are lost. */
public record LineRestored() {}
