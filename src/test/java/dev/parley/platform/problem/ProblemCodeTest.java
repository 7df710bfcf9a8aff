package dev.parley.platform.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads the whole catalogue. ProblemTest provokes its codes. */
class ProblemCodeTest {

    @ParameterizedTest
    @EnumSource
    void everyCodeSaysWhatItIs(ProblemCode code) {
        assertThat(code.code()).matches("[a-z]+(_[a-z]+)*");
        assertThat(ProblemCode.of(code.code())).contains(code);
        assertThat(code.status()).isBetween(400, 599);
        assertThat(code.title()).matches("[A-Z].*[^.]");
        assertThat(code.detail()).matches("[A-Z].*\\.");
        assertThat(new ParleyException(code).detail()).isEqualTo(code.detail());
    }

    @ParameterizedTest
    @EnumSource
    void everyCodeThatMayPassSaysWhenToRetry(ProblemCode code) {
        assertThat(code.saysWhenToRetry()).isEqualTo(code.status() == 429 || code.status() == 503);
        assertThat(new ParleyException(code).retryAfter().isPresent())
                .isEqualTo(code.saysWhenToRetry());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 406, 413, 415, 503})
    void statusOfTheFrameworkHasItsCode(int status) {
        assertThat(ProblemCode.ofStatus(status)).map(ProblemCode::status).contains(status);
    }

    @Test
    void statusThatOnlyParleyGivesIsNotTakenForTheFrameworks() {
        assertThat(Stream.of(200, 409, 412, 429, 500).map(ProblemCode::ofStatus))
                .allMatch(Optional::isEmpty);
    }
}
