/** The HTTP API of the current user: account, preferences, skills, trainings. */
@NullMarked
package dev.parley.profile.web;

import org.jspecify.annotations.NullMarked;
