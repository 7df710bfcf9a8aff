package dev.parley.ratelimit;

import dev.parley.background.Deadline;
import io.github.bucket4j.ConsumptionProbe;

/** Where buckets are kept. */
interface Buckets {

    /** Takes a token, or tells when there is one. Exactly as many pass as the rate allows. */
    ConsumptionProbe take(Limit limit, Rate rate, String whose);

    /** Puts a token back that was taken for what did not happen. */
    void giveBack(Limit limit, Rate rate, String whose);

    /**
     * Removes buckets that are full again, which say nothing any more, in batches.
     *
     * @return how many
     */
    int removeStale(Deadline deadline);
}
