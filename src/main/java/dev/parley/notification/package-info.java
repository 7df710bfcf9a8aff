/** Telling a user that something happened. */
@NullMarked
package dev.parley.notification;

import org.jspecify.annotations.NullMarked;
