/**
 * Erases a user everywhere and exports a user's data. Each module declares its own tables; this
 * module knows no table.
 */
@NullMarked
package dev.parley.userdata;

import org.jspecify.annotations.NullMarked;
