package dev.parley.agent.assistant;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Finds the task that somebody means: by its number in the list, its title, a part of it, or words
 * of it.
 */
final class Search {

    private Search() {}

    /**
     * Finds what may be meant.
     *
     * @param ranked the tasks in the order in which they are numbered
     * @return the tasks that match best; one where it is clear, several where it is not
     */
    static List<KnownTask> find(List<KnownTask> ranked, String meant) {
        String wanted = plain(meant);
        if (wanted.matches("\\d{1,4}")) {
            int number = Integer.parseInt(wanted);
            return number >= 1 && number <= ranked.size()
                    ? List.of(ranked.get(number - 1))
                    : List.of();
        }
        if (wanted.isEmpty()) {
            return List.of();
        }
        List<String> words = Arrays.asList(wanted.split(" "));
        List<Predicate<String>> fromStrictToLoose =
                List.of(
                        title -> title.equals(wanted),
                        title -> title.contains(wanted),
                        title -> Arrays.asList(title.split(" ")).containsAll(words));
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
