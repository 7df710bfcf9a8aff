/** The caller, and the ids that every module uses. Nothing else. */
@NullMarked
package dev.parley.platform.identity;

import org.jspecify.annotations.NullMarked;
