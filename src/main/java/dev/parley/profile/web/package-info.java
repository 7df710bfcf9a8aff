/** The HTTP door to oneself: account, preferences, skills, training. */
@NullMarked
package dev.parley.profile.web;

import org.jspecify.annotations.NullMarked;
