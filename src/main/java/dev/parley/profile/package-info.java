/** What is known of a user: preferences, skills, training, and how the agent is to speak. */
@NullMarked
package dev.parley.profile;

import org.jspecify.annotations.NullMarked;
