/** The HTTP door to the catalogue of agents and to whom one has taken on. */
@NullMarked
package dev.parley.hiring.web;

import org.jspecify.annotations.NullMarked;
