/**
 * The port to whoever answers, the catalogue of those who do, and the client that bounds how long
 * they may take.
 */
@NullMarked
package dev.parley.agent;

import org.jspecify.annotations.NullMarked;
