/** How JSON is read and written: names in snake_case, unknown fields rejected. */
@NullMarked
package dev.parley.api.json;

import org.jspecify.annotations.NullMarked;
