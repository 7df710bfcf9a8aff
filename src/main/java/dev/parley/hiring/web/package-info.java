/** The HTTP API of the catalogue of agents and of the agents that a user has hired. */
@NullMarked
package dev.parley.hiring.web;

import org.jspecify.annotations.NullMarked;
