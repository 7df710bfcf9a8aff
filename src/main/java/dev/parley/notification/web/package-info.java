/** The HTTP API of notifications. */
@NullMarked
package dev.parley.notification.web;

import org.jspecify.annotations.NullMarked;
