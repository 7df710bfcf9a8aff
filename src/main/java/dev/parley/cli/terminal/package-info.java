/** The terminal: output, passwords, signals, and how a command fails. */
@NullMarked
package dev.parley.cli.terminal;

import org.jspecify.annotations.NullMarked;
