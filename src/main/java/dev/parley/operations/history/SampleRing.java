package dev.parley.operations.history;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The newest samples of several series, oldest first. The memory is allocated once: eight bytes for
 * each value and each time. Thread-safe.
 */
final class SampleRing {

    private final ReentrantLock lock = new ReentrantLock();
    private final long[] times;
    private final double[][] values;

    /** How many samples are in the ring. */
    private int size;

    /** Where the next sample goes. */
    private int next;

    /**
     * @param capacity how many samples are kept; a further sample replaces the oldest
     * @param seriesCount how many values a sample has
     */
    SampleRing(int capacity, int seriesCount) {
        this.times = new long[capacity];
        this.values = new double[seriesCount][capacity];
    }

    /**
     * Adds a sample. Times increase strictly, because charts need this: if the clock was set back,
     * the samples that are now in the future are dropped.
     *
     * @param time in seconds since the epoch
     * @param sample a value for each series; NaN if it is missing
     */
    void add(long time, double[] sample) {
        lock.lock();
        try {
            while (size > 0 && times[index(size - 1)] >= time) {
                size--;
                next = (next + times.length - 1) % times.length;
            }
            times[next] = time;
            for (int series = 0; series < values.length; series++) {
                values[series][next] = sample[series];
            }
            next = (next + 1) % times.length;
            size = Math.min(size + 1, times.length);
        } finally {
            lock.unlock();
        }
    }

    /** The samples that are newer than a time in seconds since the epoch. */
    Samples after(long time) {
        lock.lock();
        try {
            int first = 0;
            while (first < size && times[index(first)] <= time) {
                first++;
            }
            long[] newerTimes = new long[size - first];
            double[][] newerValues = new double[values.length][size - first];
            for (int position = first; position < size; position++) {
                int index = index(position);
                newerTimes[position - first] = times[index];
                for (int series = 0; series < values.length; series++) {
                    newerValues[series][position - first] = values[series][index];
                }
            }
            return new Samples(newerTimes, newerValues);
        } finally {
            lock.unlock();
        }
    }

    /** Where the sample of this position is: the oldest has the position 0. */
    private int index(int position) {
        return (next - size + position + times.length) % times.length;
    }

    /** Copies of samples, in columns. */
    static final class Samples {

        private final long[] times;
        private final double[][] values;

        private Samples(long[] times, double[][] values) {
            this.times = times;
            this.values = values;
        }

        /** In seconds since the epoch, oldest first. */
        long[] times() {
            return Arrays.copyOf(times, times.length);
        }

        /** The values of one series, at these times; NaN if a value is missing. */
        double[] values(int series) {
            return Arrays.copyOf(values[series], values[series].length);
        }
    }
}
