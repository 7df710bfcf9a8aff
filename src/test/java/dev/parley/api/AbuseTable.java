package dev.parley.api;

import dev.parley.testing.WellBehavedClient.Timed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a well-behaved client saw beside each kind of abuse: a line each, separated by tabs. */
final class AbuseTable {

    private final List<String> lines = new ArrayList<>();

    AbuseTable() {
        lines.add(
                String.join(
                        "\t",
                        "abuse",
                        "attempts",
                        "requests of the well-behaved client",
                        "median ms",
                        "slowest ms",
                        "slowest request"));
    }

    /**
     * @param attempts the requests and connections of the abusers
     */
    void add(String abuse, List<Timed> requests, long attempts) {
        List<Timed> sorted = requests.stream().sorted(Comparator.comparing(Timed::took)).toList();
        Timed slowest = sorted.getLast();
        lines.add(
                "%s\t%d\t%d\t%d\t%d\t%s"
                        .formatted(
                                abuse,
                                attempts,
                                sorted.size(),
                                sorted.get(sorted.size() / 2).took().toMillis(),
                                slowest.took().toMillis(),
                                slowest.kind()));
    }

    void write(Path file) throws IOException {
        Files.write(file, lines);
    }
}
