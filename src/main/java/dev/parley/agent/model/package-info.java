/** A language model behind any OpenAI-compatible endpoint, streamed, with tools. */
@NullMarked
package dev.parley.agent.model;

import org.jspecify.annotations.NullMarked;
