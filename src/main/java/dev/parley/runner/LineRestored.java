package dev.parley.runner;

/** The line was broken and stands again: letters sent meanwhile are lost. */
public record LineRestored() {}
