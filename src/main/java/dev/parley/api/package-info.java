/** What all resources share: problems, paging, size limits, the request id. */
@NullMarked
package dev.parley.api;

import org.jspecify.annotations.NullMarked;
