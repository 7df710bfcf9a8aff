/** The HTTP API of a user's data as a whole. */
@NullMarked
package dev.parley.userdata.web;

import org.jspecify.annotations.NullMarked;
