/** The HTTP API of the dashboard. */
@NullMarked
package dev.parley.dashboard.web;

import org.jspecify.annotations.NullMarked;
