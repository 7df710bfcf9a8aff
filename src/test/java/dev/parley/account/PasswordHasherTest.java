package dev.parley.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.testing.Wait;
import io.quarkus.elytron.security.common.BcryptUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes are compared in a line that has an end, also for a name that nobody has. */
class PasswordHasherTest {

    private static final int MAX_LINE_LENGTH = 500;
    private static final int TOO_MANY = 20;

    private final PasswordHasher passwords = new PasswordHasher(new Settings(4));

    @AfterEach
    void stop() {
        passwords.stop();
    }

    @Test
    void matchPasswordThatWasHashedAndNoOther() {
        String hash = passwords.hash("correct horse");

        assertThat(passwords.matches("correct horse", hash)).isTrue();
        assertThat(passwords.matches("wrong horse", hash)).isFalse();
    }

    @Test
    void matchNothingWhereThereIsNoHash() {
        assertThat(passwords.matches("nobody's password", null)).isFalse();
        assertThat(passwords.matches("", null)).isFalse();
    }

    /** The work is the same, whatever the clock says on a busy machine. */
    @Test
    void waitInLineForNameThatNobodyHasAsForAnyOther() {
        passwords.stop();

        assertThatThrownBy(() -> passwords.matches("guess", null))
                .isInstanceOf(TooManyLogins.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6, 11})
    void costAsMuchForNobodyAsForSomebody(int cost) {
        String somebody = BcryptUtil.bcryptHash("correct horse", cost);

        String nobody = PasswordHasher.createDummyHash(cost);

        assertThat(nobody).hasSameSizeAs(somebody).startsWith(somebody.substring(0, 7));
        assertThat(BcryptUtil.matches("correct horse", nobody)).isFalse();
    }

    @Test
    void refuseWhatComesBehindLongestLine() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        int atWork = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        List<Thread> callers = new ArrayList<>();

        for (int caller = 0; caller < atWork + MAX_LINE_LENGTH + TOO_MANY; caller++) {
            callers.add(Thread.ofVirtual().start(() -> waitInLine(gate, done, refused)));
        }
        Wait.until(() -> refused.get() == TOO_MANY);
        gate.countDown();
        for (Thread caller : callers) {
            caller.join();
        }

        assertThat(done).hasValue(atWork + MAX_LINE_LENGTH);
        assertThat(refused).hasValue(TOO_MANY);
    }

    private void waitInLine(CountDownLatch gate, AtomicInteger done, AtomicInteger refused) {
        try {
            passwords.runQueued(() -> {
                gate.await();
                return done.incrementAndGet();
            });
        } catch (TooManyLogins failure) {
            refused.incrementAndGet();
        }
    }

    private record Settings(int passwordCost) implements AccountConfig {

        @Override
        public Optional<RegistrationMode> registration() {
            return Optional.empty();
        }

        @Override
        public Duration tokenLifetime() {
            return Duration.ofHours(12);
        }

        @Override
        public Optional<String> signingKey() {
            return Optional.empty();
        }

        @Override
        public Oidc oidc() {
            throw new UnsupportedOperationException("Passwords know no issuer");
        }
    }
}
