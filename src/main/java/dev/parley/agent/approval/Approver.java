package dev.parley.agent.approval;

import java.util.Locale;
import java.util.Optional;

/** Who may approve or deny a tool call. */
public enum Approver {
    /** The user whose turn it is. */
    OWNER,
    /** An administrator who is not the user whose turn it is. */
    ADMIN;

    static Optional<Approver> of(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "owner" -> Optional.of(OWNER);
            case "admin" -> Optional.of(ADMIN);
            default -> Optional.empty();
        };
    }
}
