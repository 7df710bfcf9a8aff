package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Which log lines {@link ErrorLogExtension} treats as errors, and which errors as announced. */
class ErrorLogTest {

    @Test
    void findsErrorsInTheFormatsOfParleyAndOfQuarkus() {
        String console =
                """
                2026-11-27T23:11:10.243Z ERROR [d.p.w.Failures] 01a2 A request failed unexpectedly: java.lang.NullPointerException
                	at dev.parley.Main.main(Main.java:1)
                2026-11-27 23:11:10,243 ERROR [dev.par.Failures] (main) A request failed unexpectedly
                2026-11-27T23:11:10.243Z FATAL [d.p.c.Parley]   The process ends
                """;

        assertThat(ErrorLogExtension.errorsIn(console)).hasSize(3);
    }

    @Test
    void takesNoLineOfAnotherLevelForAnErrorWhateverItSays() {
        String console =
                """
                2026-11-27T23:11:10.243Z WARN  [o.h.o.j.error]   ERROR: insert or update violates a constraint
                2026-11-27T23:11:10.243Z INFO  [d.p.t.TurnEngine]   2026-11-27 23:11:10,243 ERROR
                ERROR without a time
                """;

        assertThat(ErrorLogExtension.errorsIn(console)).isEmpty();
    }

    @Test
    void leavesOutOnlyErrorsThatWereAnnounced() {
        List<String> errors =
                List.of("[d.p.A] A request failed unexpectedly", "[d.p.B] The job odd failed");

        assertThat(
                        ErrorLogExtension.unexpected(
                                errors, List.of(Pattern.compile("The job even .*failed"))))
                .isEqualTo(errors);
        assertThat(ErrorLogExtension.unexpected(errors, List.of(Pattern.compile("job odd"))))
                .containsExactly("[d.p.A] A request failed unexpectedly");
    }

    @Test
    void leavesOutErrorsOfAnApplicationThatHasStopped() {
        String error =
                "[io.quarkus.scheduler.common.runtime.StatusEmitterInvoker] Error occurred while"
                        + " executing task for trigger IntervalTrigger [id=purge, interval=10000] ";

        assertThat(
                        ErrorLogExtension.unexpected(
                                List.of(error + "[Error Occurred After Shutdown] failure", error),
                                List.of()))
                .containsExactly(error);
    }
}
