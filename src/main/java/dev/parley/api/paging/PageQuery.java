package dev.parley.api.paging;

import dev.parley.api.problem.InvalidRequest;
import dev.parley.platform.value.StorableText;
import jakarta.ws.rs.QueryParam;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** Which page of a list is wanted: {@code ?cursor=} and {@code ?limit=}. */
public class PageQuery {

    private static final int STANDARD = 50;
    private static final int MAX_COUNT = 100;
    private static final int MAX_TEXT_LENGTH = 200;

    @Parameter(description = "The next_cursor of the page before; the first page without")
    @QueryParam("cursor")
    @Nullable String cursor;

    @Parameter(
            description = "How many, 1 to 100",
            schema =
                    @Schema(
                            type = SchemaType.INTEGER,
                            minimum = "1",
                            maximum = "100",
                            defaultValue = "50"))
    @QueryParam("limit")
    @Nullable String limit;

    /**
     * @throws InvalidRequest where it is not a number from 1 to 100
     */
    public int limit() {
        if (limit == null) {
            return STANDARD;
        }
        return Optional.of(limit)
                .filter(text -> text.matches("[0-9]{1,3}"))
                .map(Integer::valueOf)
                .filter(number -> number >= 1 && number <= MAX_COUNT)
                .orElseThrow(() ->
                        new InvalidRequest("limit", "must be a number from 1 to " + MAX_COUNT));
    }

    /** What to ask the database for, so as to know whether there is a further page. */
    public int fetchSize() {
        return limit() + 1;
    }

    public Optional<UUID> afterId() {
        return after(UUID::fromString);
    }

    public Optional<Integer> afterPosition() {
        return after(Integer::valueOf);
    }

    /** Where a list is in the order of texts. */
    public Optional<String> afterText() {
        return after(text -> {
            if (text.length() > MAX_TEXT_LENGTH || !StorableText.isStorable(text)) {
                throw new IllegalArgumentException("no text of ours");
            }
            return text;
        });
    }

    /**
     * @throws InvalidRequest where the cursor is not one of ours
     */
    private <T> Optional<T> after(Function<String, T> read) {
        if (cursor == null) {
            return Optional.empty();
        }
        try {
            byte[] place = Base64.getUrlDecoder().decode(cursor);
            return Optional.of(read.apply(new String(place, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException failure) {
            throw new InvalidRequest("cursor", "must be the next_cursor of a page before");
        }
    }

    static String cursor(Object place) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(place.toString().getBytes(StandardCharsets.UTF_8));
    }
}
