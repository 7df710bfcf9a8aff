/** Accounts, registration, passwords and roles. */
@NullMarked
package dev.parley.account;

import org.jspecify.annotations.NullMarked;
