/** Conversations and their messages; hands out the latest fifty. */
@NullMarked
package dev.parley.conversation;

import org.jspecify.annotations.NullMarked;
