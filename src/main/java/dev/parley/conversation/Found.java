package dev.parley.conversation;

/** A message that was searched for, and where it was said. */
public record Found(ConversationId conversation, StoredMessage message) {}
