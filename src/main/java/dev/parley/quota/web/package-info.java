/** The HTTP door to quotas. */
@NullMarked
package dev.parley.quota.web;

import org.jspecify.annotations.NullMarked;
