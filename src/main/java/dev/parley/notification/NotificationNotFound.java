package dev.parley.notification;

import dev.parley.platform.problem.ParleyException;
import dev.parley.platform.problem.ProblemCode;

/**
 * The user has no notification with this id. A notification of another user gives the same error.
 */
public final class NotificationNotFound extends ParleyException {

    NotificationNotFound(NotificationId id) {
        super(ProblemCode.NOT_FOUND, "There is no notification " + id + ".");
    }
}
