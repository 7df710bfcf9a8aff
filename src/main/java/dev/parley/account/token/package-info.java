/**
 * Access tokens: the signing keys, login, and authentication of the caller of a request by its
 * token.
 */
@NullMarked
package dev.parley.account.token;

import org.jspecify.annotations.NullMarked;
