/** The console: the web application that is served beside the APIs. */
@NullMarked
package dev.parley.console;

import org.jspecify.annotations.NullMarked;
