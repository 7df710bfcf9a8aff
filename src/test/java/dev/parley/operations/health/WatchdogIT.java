package dev.parley.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ModelStub;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.Person.ApiResponse;
import dev.parley.testing.Wait;
import dev.parley.testing.WatchedProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The watchdog script against the real process. Each test waits for most of its time. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = ModelStub.COUNTERS, mode = ResourceAccessMode.READ)
class WatchdogIT {

    private static final String LONG_TURN =
            "{\"message\":\"think 60000\",\"agent_type\":\"assistant\"}";

    @Test
    void restartsFrozenProcessWhoseTurnsReachTheirEnding(@TempDir Path folder) throws Exception {
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"));
                WatchedProcess parley =
                        new WatchedProcess(postgres.port(), folder.resolve("notes"), "live")) {
            String token = parley.newcomer();
            ApiResponse turn = parley.postAsync("/api/chat", token, LONG_TURN);
            assertThat(turn.status()).isEqualTo(202);
            ProcessHandle frozen = parley.process();
            refusesToStartBesideIt(parley);

            parley.signal(frozen.pid(), "STOP");

            // Half a minute at least: each step has a time of its own
            Wait.until(() -> parley.console().contains("it is not live (look 2 of 2)"));
            Wait.until(() -> parley.console().contains("what it was doing is in"));
            Wait.until(() -> !frozen.isAlive());
            Wait.until(parley::isLive);
            assertThat(parley.process().pid()).isNotEqualTo(frozen.pid());
            Wait.until(() ->
                    postgres.database()
                            .texts("select status from turns")
                            .equals(List.of("interrupted")));
            assertThat(parley.console())
                    .contains("it is not live (look 2 of 2)")
                    .contains("kill -9")
                    .contains("starting it anew");
            assertThat(note(folder.resolve("notes")))
                    .contains("# Why: its liveness probe failed 2 times in a row")
                    .contains("State:")
                    .contains("# Threads");

            parley.signal(parley.process().pid(), "KILL");
            Wait.until(() -> parley.console().contains("it ended with code 137"));
            Wait.until(parley::isLive);
            assertThat(parley.stopped()).isZero();
            assertThat(parley.console()).contains("stopped");
        }
    }

    /** It would take the other's answers for its own process's. */
    private static void refusesToStartBesideIt(WatchedProcess parley) throws Exception {
        ProcessBuilder second = new ProcessBuilder("src/host/watchdog", "sleep", "60");
        second.environment().put("WATCHDOG_LIVE", parley.live());
        Process refused = second.redirectErrorStream(true).start();

        assertThat(new String(refused.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("somebody answers");
        assertThat(refused.waitFor()).isEqualTo(1);
    }

    /** Readiness stands in for a liveness that fails while the process still works. */
    @Test
    void writesDownThreadsPoolAndMemoryOfFrozenProcess(@TempDir Path folder) throws Exception {
        Path notes = folder.resolve("notes");
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"));
                WatchedProcess parley = new WatchedProcess(postgres.port(), notes, "ready")) {
            postgres.stop();

            Wait.until(() -> parley.console().contains("is in " + notes));

            assertThat(note(notes))
                    .contains("agroal_")
                    .contains("jvm_memory_used")
                    .contains(
                            ParleyProcess.isNative()
                                    ? List.of("# Threads")
                                    : List.of("runner-connection", "vert.x-eventloop-thread"));
            postgres.start();
        }
    }

    @Test
    void givesUpOnProcessThatDoesNotComeUp(@TempDir Path folder) throws Exception {
        ProcessBuilder watchdog = new ProcessBuilder("src/host/watchdog", "false");
        watchdog.environment().put("WATCHDOG_RESTARTS", "2");
        watchdog.environment().put("WATCHDOG_LIVE", "http://127.0.0.1:1/q/health/live");
        Process given = watchdog.redirectErrorStream(true).start();
        String said = new String(given.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(given.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(given.exitValue()).isEqualTo(1);
        assertThat(said).contains("it ended with code 1").contains("giving up");
    }

    @Test
    void watchdogExplainsItself() throws Exception {
        Process help = new ProcessBuilder("src/host/watchdog", "--help").start();
        String said = new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(help.waitFor()).isZero();
        assertThat(said).contains("WATCHDOG_EVERY").contains("WATCHDOG_FAILURES");
    }

    private static String note(Path notes) throws IOException {
        try (var files = Files.list(notes)) {
            return Files.readString(
                    files.filter(file -> file.toString().endsWith(".txt"))
                            .sorted()
                            .findFirst()
                            .orElseThrow());
        }
    }
}
