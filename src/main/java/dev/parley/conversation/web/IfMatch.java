package dev.parley.conversation.web;

import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.problem.PreconditionRequired;
import dev.parley.api.validation.EntityTags;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Parses If-Match: the versions of a conversation that a request accepts. */
final class IfMatch {

    private static final Pattern VERSION = Pattern.compile("0|[1-9][0-9]{0,17}");

    /** No conversation has this version: the version of an ETag that Parley did not issue. */
    private static final long NO_VERSION = -1;

    private IfMatch() {}

    /**
     * @return the accepted versions; empty accepts any version
     * @throws PreconditionRequired if the header is missing
     * @throws InvalidRequest if the header does not have the format of the RFC
     */
    static Set<Long> versions(@Nullable String header) {
        if (header == null) {
            throw new PreconditionRequired("If-Match");
        }
        return EntityTags.ofIfMatch(header, "ETag that was read, such as \"3\"").stream()
                .map(tag -> VERSION.matcher(tag).matches() ? Long.valueOf(tag) : NO_VERSION)
                .collect(Collectors.toUnmodifiableSet());
    }
}
