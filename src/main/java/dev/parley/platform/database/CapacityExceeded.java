package dev.parley.platform.database;

/**
 * Thrown when an item was not started in a transaction within the queue timeout, or the queue was
 * full. Nothing was written.
 */
public final class CapacityExceeded extends RuntimeException {

    public CapacityExceeded(String message) {
        super(message, null, false, false);
    }
}
