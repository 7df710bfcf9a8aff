package dev.parley.agent.assistant;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** Finds the task that somebody means: by its title, a part of it, or words of it. */
final class Search {

    /**
     * Words that mean a task, or all of them, without being of its title: nothing is guessed from
     * them.
     */
    private static final Set<String> NO_TITLES =
            Set.of(
                    "it",
                    "this",
                    "that",
                    "these",
                    "those",
                    "them",
                    "all",
                    "all of them",
                    "everything",
                    "every",
                    "one",
                    "ones",
                    "rest",
                    "the rest",
                    "some",
                    "any",
                    "a",
                    "an",
                    "the",
                    "now",
                    "up",
                    "done",
                    "off",
                    "last",
                    "first",
                    "next",
                    "task",
                    "tasks",
                    "my tasks",
                    "all tasks",
                    "all my tasks",
                    "list");

    private Search() {}

    /**
     * Finds what may be meant.
     *
     * @param ranked the tasks in the order in which they are shown
     * @return the tasks that match best; one where it is clear, several where it is not
     */
    static List<KnownTask> find(List<KnownTask> ranked, String meant) {
        String wanted = plain(meant);
        if (wanted.isEmpty() || NO_TITLES.contains(wanted)) {
            return List.of();
        }
        List<String> words = Arrays.asList(wanted.split(" ", -1));
        List<Predicate<String>> fromStrictToLoose =
                List.of(
                        title -> title.equals(wanted),
                        title -> (" " + title + " ").contains(" " + wanted + " "),
                        title -> Arrays.asList(title.split(" ", -1)).containsAll(words));
        return fromStrictToLoose.stream()
                .map(matches -> matching(ranked, matches))
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    /** Open tasks come before completed ones of the same words. */
    private static List<KnownTask> matching(List<KnownTask> tasks, Predicate<String> matches) {
        List<KnownTask> found =
                tasks.stream().filter(task -> matches.test(plain(task.title()))).toList();
        List<KnownTask> open = found.stream().filter(KnownTask::isOpen).toList();
        return open.isEmpty() ? found : open;
    }

    private static String plain(String text) {
        return text.toLowerCase(Locale.ENGLISH).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }
}
