package dev.parley.api.paging;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param nextCursor the cursor of the next page; null on the last page
 */
public record Page<T>(
        List<T> data,
        @Schema(nullable = true, required = true) @JsonInclude(JsonInclude.Include.ALWAYS)
                @Nullable String nextCursor) {

    /**
     * Makes a page of the rows that were fetched. One row more than the limit is fetched; if that
     * row is missing, this is the last page.
     *
     * @param rows at most {@link PageQuery#fetchSize()} rows
     * @param cursor the key by which the list continues after a row, such as its id
     */
    public static <S, T> Page<T> of(
            List<S> rows, PageQuery query, Function<S, Object> cursor, Function<S, T> view) {
        boolean isLast = rows.size() <= query.limit();
        List<S> shown = isLast ? rows : rows.subList(0, query.limit());
        return new Page<>(
                shown.stream().map(view).toList(),
                isLast ? null : PageQuery.cursor(cursor.apply(shown.getLast())));
    }
}
