/** The HTTP API to export and erase user data. */
@NullMarked
package dev.parley.userdata.web;

import org.jspecify.annotations.NullMarked;
