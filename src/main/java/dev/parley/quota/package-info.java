/** Plans, the monthly quota of queries per user, and the ledger of charges. */
@NullMarked
package dev.parley.quota;

import org.jspecify.annotations.NullMarked;
