/** The figures at one glance. */
@NullMarked
package dev.parley.dashboard;

import org.jspecify.annotations.NullMarked;
