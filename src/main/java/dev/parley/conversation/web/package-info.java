/** The HTTP door to conversations. */
@NullMarked
package dev.parley.conversation.web;

import org.jspecify.annotations.NullMarked;
