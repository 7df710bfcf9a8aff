package dev.parley.notification;

/** There is no such notification, or it is somebody else's; the two are not told apart. */
public final class NotificationNotFound extends RuntimeException {

    NotificationNotFound(NotificationId id) {
        super("There is no notification " + id + ".", null, false, false);
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
