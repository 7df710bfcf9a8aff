/** Who may come in: accounts, sign-in, tokens, roles. */
@NullMarked
package dev.parley.account;

import org.jspecify.annotations.NullMarked;
