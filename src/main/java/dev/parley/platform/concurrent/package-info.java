/** Counts and permits by key, such as an account or an address. */
@NullMarked
package dev.parley.platform.concurrent;

import org.jspecify.annotations.NullMarked;
