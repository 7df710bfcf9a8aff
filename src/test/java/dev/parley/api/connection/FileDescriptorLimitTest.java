package dev.parley.api.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileDescriptorLimitTest {

    @Test
    void countsConnectionsOfWorkers() {
        assertThat(new FileDescriptorLimit(22_400).tooFewFor(10_000, 2_000)).isEmpty();
        assertThat(new FileDescriptorLimit(20_400).tooFewFor(10_000, 2_000))
                .hasValueSatisfying(complaint ->
                        assertThat(complaint)
                                .contains("about 9000 turns")
                                .contains("2000 workers")
                                .contains("to 22400"));
    }

    @Test
    void complainsOfTooFewOpenFiles() {
        assertThat(new FileDescriptorLimit(20_400).tooFewFor(10_000, 0)).isEmpty();
        assertThat(new FileDescriptorLimit(20_000).tooFewFor(10_000, 0))
                .hasValueSatisfying(complaint ->
                        assertThat(complaint)
                                .contains("20000 files")
                                .contains("about 9800 turns")
                                .contains("to 20400"));
        assertThat(FileDescriptorLimit.ofThisProcess().limit()).isGreaterThan(100);
    }
}
