package dev.parley.account.token;

import dev.parley.account.AccountConfig;
import dev.parley.platform.jobs.ProcessMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The key that signs tokens: the operator's key, or the key in the database for all replicas. */
@Singleton
class SigningKeys {

    private static final int MIN_BITS = 2048;

    private final AccountConfig config;
    private final SigningKeyRepository repository;
    private final ProcessMode mode;
    private @Nullable KeyPair pair;

    SigningKeys(AccountConfig config, SigningKeyRepository repository, ProcessMode mode) {
        this.mode = mode;
        this.config = config;
        this.repository = repository;
    }

    /** Loads the key at startup, so that a missing file or an invalid key is reported at once. */
    void onStart(@Observes StartupEvent start) {
        if (mode.isServing()) {
            getOrLoad();
        }
    }

    private KeyPair load() {
        return config.signingKey()
                .map(file -> loadFromFile(Path.of(file)))
                .orElseGet(() ->
                        parseKeyPair(
                                repository.getOrCreate(SigningKeys::generate), "the database"));
    }

    /**
     * Loads the key from a file.
     *
     * @throws IllegalStateException with the reason if the file or the key is invalid
     */
    static KeyPair loadFromFile(Path file) {
        return parseKeyPair(read(file), "parley.auth.signing-key");
    }

    PrivateKey privateKey() {
        return getOrLoad().getPrivate();
    }

    /** The public key as base64 of DER, the format of the OpenID Connect configuration. */
    String publicKey() {
        return Base64.getEncoder().encodeToString(getOrLoad().getPublic().getEncoded());
    }

    /**
     * A secret that all replicas derive alike from the key, which it does not reveal.
     *
     * @param purpose what it is for: each purpose has a secret of its own
     * @return 64 hexadecimal digits
     */
    String derivedSecret(String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(privateKey().getEncoded(), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("Every Java has HMAC with SHA-256", failure);
        }
    }

    private synchronized KeyPair getOrLoad() {
        if (pair == null) {
            pair = load();
        }
        return pair;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new IllegalStateException(
                    "Cannot read the file %s of parley.auth.signing-key".formatted(file), failure);
        }
    }

    private static String generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(MIN_BITS);
            byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                    .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key));
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("This JDK does not support RSA", failure);
        }
    }

    private static KeyPair parseKeyPair(String pem, String source) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
            KeyFactory rsa = KeyFactory.getInstance("RSA");
            if (rsa.generatePrivate(new PKCS8EncodedKeySpec(der)) instanceof RSAPrivateCrtKey key
                    && key.getModulus().bitLength() >= MIN_BITS) {
                RSAPublicKeySpec publicKey =
                        new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent());
                return new KeyPair(rsa.generatePublic(publicKey), key);
            }
            throw new IllegalStateException(
                    "The signing key in %s has fewer than %d bits".formatted(source, MIN_BITS));
        } catch (GeneralSecurityException | IllegalArgumentException failure) {
            throw new IllegalStateException(
                    "The signing key in %s is not an RSA private key in PEM, PKCS #8"
                            .formatted(source),
                    failure);
        }
    }
}
