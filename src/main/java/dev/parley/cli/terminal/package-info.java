/** The terminal: output, passwords, signals and failures of commands. */
@NullMarked
package dev.parley.cli.terminal;

import org.jspecify.annotations.NullMarked;
