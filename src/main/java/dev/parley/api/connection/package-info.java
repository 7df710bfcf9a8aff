/**
 * Connections before a request is read: how many there may be, how long a request may take to
 * arrive, and the problem of a request that the server itself refuses.
 */
@NullMarked
package dev.parley.api.connection;

import org.jspecify.annotations.NullMarked;
