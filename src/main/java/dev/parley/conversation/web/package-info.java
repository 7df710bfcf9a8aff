/** The HTTP API of conversations. */
@NullMarked
package dev.parley.conversation.web;

import org.jspecify.annotations.NullMarked;
