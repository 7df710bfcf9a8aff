package dev.parley.account.token;

import java.time.Duration;

/** A signed token (RFC 7519), to be sent as {@code Authorization: Bearer}. Never printed. */
public record AccessToken(String value, Duration expiresIn) {

    @Override
    public String toString() {
        return "AccessToken[...]";
    }
}
