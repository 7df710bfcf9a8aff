package dev.parley.account.token;

import dev.parley.account.AccountConfig;
import dev.parley.platform.jobs.ProcessMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The key that signs tokens: the operator's key, or a key that all replicas share through the
 * database.
 */
@Singleton
class SigningKeys {

    private static final int BITS = 2048;

    private final AccountConfig config;
    private final SigningKeyRepository stored;
    private final ProcessMode duty;
    private @Nullable KeyPair pair;

    SigningKeys(AccountConfig config, SigningKeyRepository stored, ProcessMode duty) {
        this.duty = duty;
        this.config = config;
        this.stored = stored;
    }

    /** At start, so that a missing file or an unfit key is told before the first request. */
    void onStart(@Observes StartupEvent start) {
        if (duty.isServing()) {
            loaded();
        }
    }

    private KeyPair read() {
        return config.signingKey()
                .map(file -> ofOperator(Path.of(file)))
                .orElseGet(() -> pairOf(stored.getOrCreate(SigningKeys::generate), "the database"));
    }

    /**
     * The key in a file.
     *
     * @throws IllegalStateException with a sentence that says what is wrong with it
     */
    static KeyPair ofOperator(Path file) {
        return pairOf(read(file), "parley.auth.signing-key");
    }

    PrivateKey privateKey() {
        return loaded().getPrivate();
    }

    /** The public key, DER in base64, as OpenID Connect's configuration takes it. */
    String publicKey() {
        return Base64.getEncoder().encodeToString(loaded().getPublic().getEncoded());
    }

    private synchronized KeyPair loaded() {
        if (pair == null) {
            pair = read();
        }
        return pair;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new IllegalStateException(
                    "parley.auth.signing-key names the file %s, which cannot be read"
                            .formatted(file),
                    failure);
        }
    }

    private static String generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS);
            byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                    .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key));
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("Every JDK makes RSA keys", failure);
        }
    }

    private static KeyPair pairOf(String pem, String source) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
            KeyFactory rsa = KeyFactory.getInstance("RSA");
            if (rsa.generatePrivate(new PKCS8EncodedKeySpec(der)) instanceof RSAPrivateCrtKey key
                    && key.getModulus().bitLength() >= BITS) {
                RSAPublicKeySpec publicKey =
                        new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent());
                return new KeyPair(rsa.generatePublic(publicKey), key);
            }
            throw new IllegalStateException(
                    "The signing key of %s has fewer than %d bits".formatted(source, BITS));
        } catch (GeneralSecurityException | IllegalArgumentException failure) {
            throw new IllegalStateException(
                    "The signing key of %s is not an RSA private key in PEM, PKCS #8"
                            .formatted(source),
                    failure);
        }
    }
}
