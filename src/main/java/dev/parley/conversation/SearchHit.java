package dev.parley.conversation;

/** A message that matches a search, and the conversation of the message. */
public record SearchHit(ConversationId conversation, StoredMessage message) {}
