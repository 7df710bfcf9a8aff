package dev.parley.ratelimit;

import dev.parley.platform.jobs.Deadline;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a request pays for its token while a million stale buckets are removed, against the same
 * with nothing removed: {@code src/bench/stale-buckets}. In the package of what it measures.
 */
final class StaleBuckets {

    private static final int STALE = 1_000_000;
    private static final int ROUNDS = 7;
    private static final Rate RATE = new Rate(10, Duration.ofMinutes(1), 10);

    private StaleBuckets() {}

    public static void main(String... arguments) throws InterruptedException {
        double[][] rounds = new double[ROUNDS][];
        for (int round = 0; round < ROUNDS; round++) {
            rounds[round] = round();
            System.out.printf(
                    "round %d: removed in %.0f ms; a token p50 / p99 / p99.9 us: %.2f / %.2f / %.2f"
                            + " before, %.2f / %.2f / %.2f meanwhile%n",
                    round + 1,
                    rounds[round][0],
                    rounds[round][1],
                    rounds[round][2],
                    rounds[round][3],
                    rounds[round][4],
                    rounds[round][5],
                    rounds[round][6]);
        }
        System.out.print("medians:");
        for (int column = 0; column < 7; column++) {
            int which = column;
            double[] sorted =
                    Arrays.stream(rounds).mapToDouble(numbers -> numbers[which]).sorted().toArray();
            System.out.printf(" %.2f", sorted[ROUNDS / 2]);
        }
        System.out.println();
    }

    private static double[] round() throws InterruptedException {
        Time time = new Time();
        InMemoryBucketStore buckets = new InMemoryBucketStore(2 * STALE, time);
        for (int i = 0; i < STALE; i++) {
            buckets.consume(LimitedAction.REQUESTS, RATE, "stale-" + i);
        }
        time.now.addAndGet(Duration.ofHours(1).toNanos());
        AtomicBoolean over = new AtomicBoolean();
        long[] before = new long[200_000];
        for (int i = 0; i < before.length; i++) {
            before[i] = taken(buckets, "before-" + i % 5_000);
        }
        long[] removal = new long[1];
        Thread removing =
                Thread.ofPlatform()
                        .start(() -> {
                            long began = System.nanoTime();
                            buckets.removeStale(Deadline.in(Duration.ofMinutes(1)));
                            removal[0] = System.nanoTime() - began;
                            over.set(true);
                        });
        long[] meanwhile = new long[5_000_000];
        int count = 0;
        while (!over.get() && count < meanwhile.length) {
            meanwhile[count] = taken(buckets, "meanwhile-" + count % 5_000);
            count++;
        }
        removing.join();
        long[] during = Arrays.copyOf(meanwhile, count);
        Arrays.sort(before);
        Arrays.sort(during);
        return new double[] {
            removal[0] / 1e6,
            at(before, 0.5),
            at(before, 0.99),
            at(before, 0.999),
            at(during, 0.5),
            at(during, 0.99),
            at(during, 0.999)
        };
    }

    private static long taken(InMemoryBucketStore buckets, String text) {
        long began = System.nanoTime();
        buckets.consume(LimitedAction.REQUESTS, RATE, text);
        return System.nanoTime() - began;
    }

    private static double at(long[] sorted, double part) {
        return sorted[(int) (part * (sorted.length - 1))] / 1e3;
    }

    /** A clock that the benchmark moves. */
    private static final class Time implements TimeMeter {

        final AtomicLong now = new AtomicLong(System.nanoTime());

        @Override
        public long currentTimeNanos() {
            return now.get();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
