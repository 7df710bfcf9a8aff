package dev.parley.conversation;

/** A message that was searched for, and where it was said. */
public record SearchHit(ConversationId conversation, StoredMessage message) {}
