package dev.parley.notification;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/** There is no such notification, or it is somebody else's; the two are not told apart. */
public final class NotificationNotFound extends ParleyException {

    NotificationNotFound(NotificationId id) {
        super(ProblemCode.NOT_FOUND, "There is no notification " + id + ".");
    }
}
