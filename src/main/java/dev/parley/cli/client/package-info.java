/** Commands that talk to a running instance over HTTP. */
@NullMarked
package dev.parley.cli.client;

import org.jspecify.annotations.NullMarked;
