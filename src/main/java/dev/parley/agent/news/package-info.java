/** The agent that lists a user's unread notifications. */
@NullMarked
package dev.parley.agent.news;

import org.jspecify.annotations.NullMarked;
