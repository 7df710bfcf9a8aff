package dev.parley.turn.web;

/** A turn that was followed is told no further here; it goes on, and can be followed again. */
final class FollowingBrokeOff extends RuntimeException {

    FollowingBrokeOff() {
        super("following broke off", null, false, false);
    }
}
