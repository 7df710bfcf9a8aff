/** How JSON is read and written: snake_case, unknown fields refused. */
@NullMarked
package dev.parley.api.json;

import org.jspecify.annotations.NullMarked;
