/** Steps that are ready at the same moment share one transaction. */
@NullMarked
package dev.parley.database.gathering;

import org.jspecify.annotations.NullMarked;
