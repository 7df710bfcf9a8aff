/** The catalogue of problems, and the base exception that carries a problem to the caller. */
@NullMarked
package dev.parley.platform.problem;

import org.jspecify.annotations.NullMarked;
