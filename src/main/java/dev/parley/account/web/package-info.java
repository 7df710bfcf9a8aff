/** The HTTP door to accounts and sign-in. */
@NullMarked
package dev.parley.account.web;

import org.jspecify.annotations.NullMarked;
