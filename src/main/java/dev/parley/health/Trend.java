package dev.parley.health;

import java.util.ArrayDeque;
import java.util.Deque;

/** Which way the last so many measurements go. */
final class Trend {

    private final int size;
    private final Deque<Double> values = new ArrayDeque<>();

    Trend(int size) {
        this.size = size;
    }

    synchronized void add(double value) {
        if (Double.isNaN(value)) {
            return;
        }
        values.addLast(value);
        if (values.size() > size) {
            values.removeFirst();
        }
    }

    /**
     * By how much the straight line that fits best rises from its beginning to its end, as a part
     * of its beginning; 0 until there are enough.
     */
    synchronized double growth() {
        if (values.size() < size) {
            return 0;
        }
        double meanTime = (size - 1) / 2.0;
        double mean = values.stream().mapToDouble(value -> value).average().orElse(0);
        double along = 0;
        double square = 0;
        int time = 0;
        for (double value : values) {
            along += (time - meanTime) * (value - mean);
            square += (time - meanTime) * (time - meanTime);
            time++;
        }
        double slope = along / square;
        double beginning = mean - slope * meanTime;
        return beginning <= 0 ? 0 : slope * (size - 1) / beginning;
    }

    /**
     * The same where it did not all come at once, but each third is above the one before; else 0.
     */
    synchronized double steadyGrowth() {
        return third(0) < third(1) && third(1) < third(2) ? growth() : 0;
    }

    private double third(int number) {
        return values.stream()
                .skip((long) number * size / 3)
                .limit(size / 3)
                .mapToDouble(value -> value)
                .average()
                .orElse(0);
    }
}
