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

/** The requested page of a list: {@code ?cursor=} and {@code ?limit=}. */
public class PageQuery {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 100;
    private static final int MAX_TEXT_LENGTH = 200;

    @Parameter(description = "The next_cursor of the previous page; omit it for the first page")
    @QueryParam("cursor")
    @Nullable String cursor;

    @Parameter(
            description = "The maximum number of items in the page, 1 to 100",
            schema =
                    @Schema(
                            type = SchemaType.INTEGER,
                            minimum = "1",
                            maximum = "100",
                            defaultValue = "50"))
    @QueryParam("limit")
    @Nullable String limit;

    /**
     * @throws InvalidRequest if the limit is not a number from 1 to 100
     */
    public int limit() {
        if (limit == null) {
            return DEFAULT_LIMIT;
        }
        return Optional.of(limit)
                .filter(text -> text.matches("[0-9]{1,3}"))
                .map(Integer::valueOf)
                .filter(number -> number >= 1 && number <= MAX_LIMIT)
                .orElseThrow(() ->
                        new InvalidRequest("limit", "must be a number from 1 to " + MAX_LIMIT));
    }

    /** The number of rows to fetch: one more than the limit, to detect the last page. */
    public int fetchSize() {
        return limit() + 1;
    }

    public Optional<UUID> afterId() {
        return after(UUID::fromString);
    }

    public Optional<Integer> afterPosition() {
        return after(Integer::valueOf);
    }

    /** The cursor of a list that is sorted by a text. */
    public Optional<String> afterText() {
        return after(text -> {
            if (text.length() > MAX_TEXT_LENGTH || !StorableText.isStorable(text)) {
                throw new IllegalArgumentException("not a cursor of Parley");
            }
            return text;
        });
    }

    /**
     * @throws InvalidRequest if the cursor was not made by {@link #cursor(Object)}
     */
    private <T> Optional<T> after(Function<String, T> parser) {
        if (cursor == null) {
            return Optional.empty();
        }
        try {
            byte[] key = Base64.getUrlDecoder().decode(cursor);
            return Optional.of(parser.apply(new String(key, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException failure) {
            throw new InvalidRequest("cursor", "must be the next_cursor of a previous page");
        }
    }

    static String cursor(Object key) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(key.toString().getBytes(StandardCharsets.UTF_8));
    }
}
