/** The HTTP API of quotas. */
@NullMarked
package dev.parley.quota.web;

import org.jspecify.annotations.NullMarked;
