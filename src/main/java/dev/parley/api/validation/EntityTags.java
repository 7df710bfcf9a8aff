package dev.parley.api.validation;

import dev.parley.api.problem.InvalidRequest;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Parses the header If-Match (RFC 9110, 13.1.1). */
public final class EntityTags {

    private static final String ANY = "*";
    private static final Pattern TAG = Pattern.compile("(W/)?\"([^\"]*)\"");
    private static final int MAX_TAGS = 20;

    /** Stands for a weak tag, which matches nothing. */
    private static final String NO_TAG = "";

    private EntityTags() {}

    /**
     * @param example of a tag, for the refusal
     * @return the accepted tags, without quotation marks; empty accepts any
     * @throws InvalidRequest if the header does not have the format of the RFC
     */
    public static Set<String> ofIfMatch(String header, String example) {
        if (header.strip().equals(ANY)) {
            return Set.of();
        }
        String[] tags = header.split(",", -1);
        if (tags.length > MAX_TAGS
                || !Arrays.stream(tags).allMatch(tag -> TAG.matcher(tag.strip()).matches())) {
            throw new InvalidRequest("If-Match", "must be the " + example);
        }
        return Arrays.stream(tags)
                .map(tag -> TAG.matcher(tag.strip()))
                .filter(Matcher::matches)
                .map(tag -> tag.group(1) == null ? tag.group(2) : NO_TAG)
                .collect(Collectors.toUnmodifiableSet());
    }
}
