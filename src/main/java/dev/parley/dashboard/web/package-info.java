/** The HTTP door to the dashboard. */
@NullMarked
package dev.parley.dashboard.web;

import org.jspecify.annotations.NullMarked;
