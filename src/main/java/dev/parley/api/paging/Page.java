package dev.parley.api.paging;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param nextCursor asks for the page after this one; null on the last
 */
public record Page<T>(
        List<T> data,
        @Schema(nullable = true, required = true) @JsonInclude(JsonInclude.Include.ALWAYS)
                @Nullable String nextCursor) {

    /**
     * The page out of one more than it holds: whether the further one is there tells whether this
     * is the last page.
     *
     * @param found at most {@link PageQuery#fetchSize()} of them
     * @param place where the list goes on after an item, such as its id
     */
    public static <S, T> Page<T> of(
            List<S> found, PageQuery query, Function<S, Object> place, Function<S, T> view) {
        boolean isLast = found.size() <= query.limit();
        List<S> shown = isLast ? found : found.subList(0, query.limit());
        return new Page<>(
                shown.stream().map(view).toList(),
                isLast ? null : PageQuery.cursor(place.apply(shown.getLast())));
    }
}
