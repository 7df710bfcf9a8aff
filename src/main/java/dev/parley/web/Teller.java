package dev.parley.web;

import java.util.Optional;

/**
 * Tells what a room's refusals mean, for doors that do not answer by the HTTP response of their
 * request. Each room whose refusals can be met there brings one.
 */
public interface Teller {

    /** Empty where the failure is none of the room's. */
    Optional<Problems.Draft> tell(Throwable failure);
}
