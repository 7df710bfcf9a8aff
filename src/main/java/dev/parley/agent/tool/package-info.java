/** Tools as annotated methods: schemas, validation of arguments, and records of tool calls. */
@NullMarked
package dev.parley.agent.tool;

import org.jspecify.annotations.NullMarked;
