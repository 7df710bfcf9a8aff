/**
 * What the tests stand on: real parts, badly behaved where they must be, and words to speak of
 * them.
 */
@NullMarked
package dev.parley.testing;

import org.jspecify.annotations.NullMarked;
