/** The HTTP door to notifications. */
@NullMarked
package dev.parley.notification.web;

import org.jspecify.annotations.NullMarked;
