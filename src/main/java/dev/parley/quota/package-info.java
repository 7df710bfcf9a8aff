/** How much a user may still use. */
@NullMarked
package dev.parley.quota;

import org.jspecify.annotations.NullMarked;
