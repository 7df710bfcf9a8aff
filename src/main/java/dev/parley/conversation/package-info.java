/** Conversations and their messages. */
@NullMarked
package dev.parley.conversation;

import org.jspecify.annotations.NullMarked;
