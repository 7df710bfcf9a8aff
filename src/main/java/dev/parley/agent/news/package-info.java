/** The agent that tells what is new. */
@NullMarked
package dev.parley.agent.news;

import org.jspecify.annotations.NullMarked;
