/** What users think of replies, and what they answer to questionnaires. */
@NullMarked
package dev.parley.feedback;

import org.jspecify.annotations.NullMarked;
