package dev.parley.conversation;

/** A message of the history that an agent receives. */
public record HistoryMessage(MessageRole role, String content) {}
