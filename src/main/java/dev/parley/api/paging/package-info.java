/** Pagination of lists by cursor. */
@NullMarked
package dev.parley.api.paging;

import org.jspecify.annotations.NullMarked;
