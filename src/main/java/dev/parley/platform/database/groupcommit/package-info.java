/** Group commit: items that are ready at the same moment share one transaction. */
@NullMarked
package dev.parley.platform.database.groupcommit;

import org.jspecify.annotations.NullMarked;
