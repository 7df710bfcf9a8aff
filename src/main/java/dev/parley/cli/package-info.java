/** The command line: how the process starts. */
@NullMarked
package dev.parley.cli;

import org.jspecify.annotations.NullMarked;
