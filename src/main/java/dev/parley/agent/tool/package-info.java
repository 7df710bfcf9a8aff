/** Tools as annotated methods: their schemas, the reading of their arguments, and their steps. */
@NullMarked
package dev.parley.agent.tool;

import org.jspecify.annotations.NullMarked;
