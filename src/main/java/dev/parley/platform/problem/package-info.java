/** The one catalogue of problems, and the exception that carries an entry of it to the caller. */
@NullMarked
package dev.parley.platform.problem;

import org.jspecify.annotations.NullMarked;
