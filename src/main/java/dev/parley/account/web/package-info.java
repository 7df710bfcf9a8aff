/** The HTTP API of accounts and login. */
@NullMarked
package dev.parley.account.web;

import org.jspecify.annotations.NullMarked;
