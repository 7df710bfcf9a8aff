package dev.parley.conversation.web;

import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.problem.PreconditionRequired;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Parses If-Match: the versions of a conversation that a request accepts (RFC 9110, 13.1.1). */
final class IfMatch {

    private static final String ANY = "*";
    private static final Pattern TAG = Pattern.compile("(?:W/)?\"[^\"]*\"");
    private static final Pattern VERSION = Pattern.compile("\"(0|[1-9][0-9]{0,17})\"");
    private static final int MAX_TAGS = 20;

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
        if (header.strip().equals(ANY)) {
            return Set.of();
        }
        String[] tags = header.split(",", -1);
        if (tags.length > MAX_TAGS
                || !Arrays.stream(tags).allMatch(tag -> TAG.matcher(tag.strip()).matches())) {
            throw new InvalidRequest("If-Match", "must be the ETag that was read, such as \"3\"");
        }
        return Arrays.stream(tags)
                .map(tag -> VERSION.matcher(tag.strip()))
                .map(version -> version.matches() ? Long.valueOf(version.group(1)) : NO_VERSION)
                .collect(Collectors.toUnmodifiableSet());
    }
}
