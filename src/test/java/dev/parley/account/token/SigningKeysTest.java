package dev.parley.account.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's key, as a file. */
class SigningKeysTest {

    @TempDir Path folder;

    @Test
    void readsKeyOfOperator() throws Exception {
        Path file = pem(2048);

        assertThat(SigningKeys.loadFromFile(file).getPublic().getAlgorithm()).isEqualTo("RSA");
    }

    @Test
    void refusesKeyThatIsTooShort() throws Exception {
        Path file = pem(1024);

        assertThatThrownBy(() -> SigningKeys.loadFromFile(file)).hasMessageContaining("2048 bits");
    }

    @Test
    void refusesFileThatIsNoKey() throws Exception {
        Path file = Files.writeString(folder.resolve("key.pem"), "no key");

        assertThatThrownBy(() -> SigningKeys.loadFromFile(file)).hasMessageContaining("PKCS #8");
    }

    @Test
    void namesFileThatIsMissing() {
        assertThatThrownBy(() -> SigningKeys.loadFromFile(folder.resolve("missing.pem")))
                .hasMessageContaining("missing.pem");
    }

    private Path pem(int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        String key =
                Base64.getMimeEncoder()
                        .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        return Files.writeString(
                folder.resolve("key.pem"),
                "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n");
    }
}
