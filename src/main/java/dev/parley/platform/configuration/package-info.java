/** Configuration keys that were renamed: a start with an old one is refused. */
@NullMarked
package dev.parley.platform.configuration;

import org.jspecify.annotations.NullMarked;
