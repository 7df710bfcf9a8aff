/** The HTTP door to feedback and surveys. */
@NullMarked
package dev.parley.feedback.web;

import org.jspecify.annotations.NullMarked;
