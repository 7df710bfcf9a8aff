/** Lists in pages that a cursor continues. */
@NullMarked
package dev.parley.api.paging;

import org.jspecify.annotations.NullMarked;
