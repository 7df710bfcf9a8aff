package dev.parley.account.token;

import java.time.Duration;

/** A signed token (RFC 7519) for the header {@code Authorization: Bearer}. Never logged. */
public record AccessToken(String value, Duration expiresIn) {

    @Override
    public String toString() {
        return "AccessToken[...]";
    }
}
