/** The HTTP API of feedback and surveys. */
@NullMarked
package dev.parley.feedback.web;

import org.jspecify.annotations.NullMarked;
