package dev.parley.conversation.web;

import dev.parley.api.problem.InvalidRequest;
import dev.parley.api.problem.PreconditionRequired;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The versions that a request allows a conversation to have (RFC 9110, 13.1.1). */
final class IfMatch {

    private static final String ANY = "*";
    private static final Pattern TAG = Pattern.compile("(?:W/)?\"[^\"]*\"");
    private static final Pattern VERSION = Pattern.compile("\"(0|[1-9][0-9]{0,17})\"");
    private static final int MAX_COUNT = 20;

    /** No conversation has it: a tag that cannot be one of ours matches none. */
    private static final long NONE = -1;

    private IfMatch() {}

    /**
     * @return empty where any will do
     * @throws PreconditionRequired where there is no such header
     * @throws InvalidRequest where it is not what the standard has
     */
    static Set<Long> versions(@Nullable String header) {
        if (header == null) {
            throw new PreconditionRequired("If-Match");
        }
        if (header.strip().equals(ANY)) {
            return Set.of();
        }
        String[] tags = header.split(",", -1);
        if (tags.length > MAX_COUNT
                || !Arrays.stream(tags).allMatch(tag -> TAG.matcher(tag.strip()).matches())) {
            throw new InvalidRequest("If-Match", "must be the ETag that was read, such as \"3\"");
        }
        return Arrays.stream(tags)
                .map(tag -> VERSION.matcher(tag.strip()))
                .map(version -> version.matches() ? Long.valueOf(version.group(1)) : NONE)
                .collect(Collectors.toUnmodifiableSet());
    }
}
