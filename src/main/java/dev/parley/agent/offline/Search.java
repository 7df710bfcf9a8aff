package dev.parley.agent.offline;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds a task by its title, a part of the title, or words of the title. */
final class Search {

    private static final Set<String> ALL =
            Set.of("all", "all of them", "everything", "every", "tasks", "my tasks", "all tasks");

    /** Words that refer to a task without naming its title. No task is guessed from such words. */
    private static final Set<String> NO_TITLES =
            Set.of(
                    "it, this, that, these, those, them, one, ones, rest, the rest, some, any, a, an, the, now, up, done, off, last, first, next, task, all my tasks, list"
                            .split(", "));

    private Search() {}

    /** Whether the words mean all tasks. */
    static boolean isForAll(String words) {
        return ALL.contains(plain(words));
    }

    /**
     * Finds the tasks that the words may mean.
     *
     * @param ranked the tasks in the order in which they are shown
     * @return the tasks that match best: one task if the match is unique, otherwise several
     */
    static List<TaskItem> find(List<TaskItem> ranked, String reference) {
        String wanted = plain(reference);
        if (wanted.isEmpty() || NO_TITLES.contains(wanted) || ALL.contains(wanted)) {
            return List.of();
        }
        List<String> words = words(wanted);
        return Stream.<Predicate<String>>of(
                        title -> title.equals(wanted),
                        title -> (" " + title + " ").contains(" " + wanted + " "),
                        title -> words(title).containsAll(words))
                .map(matches -> matching(ranked, matches))
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    /** Returns the matching open tasks, or the matching completed tasks if no open task matches. */
    private static List<TaskItem> matching(List<TaskItem> tasks, Predicate<String> matches) {
        List<TaskItem> found =
                tasks.stream().filter(task -> matches.test(plain(task.title()))).toList();
        List<TaskItem> open = found.stream().filter(TaskItem::isOpen).toList();
        return open.isEmpty() ? found : open;
    }

    private static List<String> words(String plain) {
        return List.of(plain.split(" ", -1));
    }

    private static String plain(String text) {
        return text.toLowerCase(Locale.ENGLISH).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }
}
