/** Users' ratings of replies, and their answers to surveys. */
@NullMarked
package dev.parley.feedback;

import org.jspecify.annotations.NullMarked;
