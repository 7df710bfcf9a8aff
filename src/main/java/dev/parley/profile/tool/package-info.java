/** Tools that let an agent read and change the profile of its user. */
@NullMarked
package dev.parley.profile.tool;

import org.jspecify.annotations.NullMarked;
