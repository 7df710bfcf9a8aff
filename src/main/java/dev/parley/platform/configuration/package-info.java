/** Detection of configuration keys that were renamed. */
@NullMarked
package dev.parley.platform.configuration;

import org.jspecify.annotations.NullMarked;
