package dev.parley.conversation;

/** A message as an agent gets to read it: who said what. */
public record Said(Role role, String content) {}
