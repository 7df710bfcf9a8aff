/** Notifications: they inform a user of events. */
@NullMarked
package dev.parley.notification;

import org.jspecify.annotations.NullMarked;
