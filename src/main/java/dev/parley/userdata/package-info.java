/**
 * Erases a user everywhere, and exports a user's data. Each module declares its rows; this module
 * knows none of them.
 */
@NullMarked
package dev.parley.userdata;

import org.jspecify.annotations.NullMarked;
