/** The caller, and the user id that every module uses. */
@NullMarked
package dev.parley.platform.identity;

import org.jspecify.annotations.NullMarked;
