/** What all doors share: problems, paging, limits of size, the request id. */
@NullMarked
package dev.parley.web;

import org.jspecify.annotations.NullMarked;
