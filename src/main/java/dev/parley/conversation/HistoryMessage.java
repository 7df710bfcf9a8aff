package dev.parley.conversation;

/** A message as an agent gets to read it: who said what. */
public record HistoryMessage(MessageRole role, String content) {}
