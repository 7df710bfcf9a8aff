/**
 * Access tokens: the keys that sign them, logging in, and recognising the caller of a request by
 * its token.
 */
@NullMarked
package dev.parley.account.token;

import org.jspecify.annotations.NullMarked;
