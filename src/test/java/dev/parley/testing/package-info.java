/**
 * Test fixtures: real servers and processes, stubs that can misbehave, and helpers that make tests
 * readable.
 */
@NullMarked
package dev.parley.testing;

import org.jspecify.annotations.NullMarked;
