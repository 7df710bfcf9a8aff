/**
 * Forgets a user everywhere, and exports what is known of one. Each room says which of its rows are
 * whose; this room knows none of them.
 */
@NullMarked
package dev.parley.erasure;

import org.jspecify.annotations.NullMarked;
