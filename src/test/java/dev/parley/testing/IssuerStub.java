package dev.parley.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.smallrye.jwt.build.Jwt;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/** An OpenID Connect issuer on a real port: discovery, keys, and tokens for any subject. */
public final class IssuerStub implements QuarkusTestResourceLifecycleManager {

    public static final String AUDIENCE = "parley-of-the-test";

    private static final KeyPair KEYS = keys();
    private static volatile String issuer = "";

    private final Vertx vertx = Vertx.vertx();

    @Override
    public Map<String, String> start() {
        HttpServer server = vertx.createHttpServer();
        server.requestHandler(request -> {
            JsonObject answer =
                    request.uri().contains("openid-configuration") ? discovery() : jwks();
            request.response().putHeader("Content-Type", "application/json").end(answer.encode());
        });
        int port =
                server.listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join()
                        .actualPort();
        issuer = "http://127.0.0.1:" + port;
        return Map.of("parley.auth.oidc.issuer", issuer, "parley.auth.oidc.audience", AUDIENCE);
    }

    @Override
    public void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    public static String token(String subject, String preferredName, String audience) {
        return Jwt.issuer(issuer)
                .subject(subject)
                .audience(audience)
                .claim("preferred_username", preferredName)
                .expiresIn(300)
                .jws()
                .keyId("k1")
                .sign(KEYS.getPrivate());
    }

    /** A token with a valid signature and any claims at all, given as JSON. */
    public static String signed(String claims) {
        try {
            String signed = base64("{\"alg\":\"RS256\",\"kid\":\"k1\"}") + "." + base64(claims);
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(KEYS.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed
                    + "."
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The claims of a good token, as JSON; {@code sub} and {@code preferred_username} are JSON. */
    public static String claims(String subject, String preferredName) {
        long now = System.currentTimeMillis() / 1_000;
        return "{\"iss\":\"%s\",\"aud\":\"%s\",\"iat\":%d,\"exp\":%d,\"sub\":%s,\"preferred_username\":%s}"
                .formatted(issuer, AUDIENCE, now, now + 300, subject, preferredName);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonObject discovery() {
        return new JsonObject()
                .put("issuer", issuer)
                .put("jwks_uri", issuer + "/jwks")
                .put("token_endpoint", issuer + "/token");
    }

    private static JsonObject jwks() {
        RSAPublicKey key = (RSAPublicKey) KEYS.getPublic();
        return new JsonObject()
                .put(
                        "keys",
                        new JsonArray()
                                .add(
                                        new JsonObject()
                                                .put("kty", "RSA")
                                                .put("use", "sig")
                                                .put("alg", "RS256")
                                                .put("kid", "k1")
                                                .put("n", base64(key.getModulus()))
                                                .put("e", base64(key.getPublicExponent()))));
    }

    private static String base64(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int from = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Arrays.copyOfRange(bytes, from, bytes.length));
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
