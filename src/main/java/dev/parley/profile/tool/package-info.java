/** The tools by which an agent reads and changes the profile of its user. */
@NullMarked
package dev.parley.profile.tool;

import org.jspecify.annotations.NullMarked;
