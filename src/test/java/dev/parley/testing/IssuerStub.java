package dev.parley.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.smallrye.jwt.build.Jwt;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An OpenID Connect issuer on a real port: discovery, keys, tokens for any subject, and the
 * authorization code flow with PKCE for the user that is named with {@link #signsIn}.
 */
public final class IssuerStub implements QuarkusTestResourceLifecycleManager {

    public static final String AUDIENCE = "parley-of-the-test";

    public static final String CLIENT = "parley-console";
    public static final String SECRET = "secret-of-the-client";

    private static final String CREDENTIALS =
            "Basic "
                    + Base64.getEncoder()
                            .encodeToString(
                                    (CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8));

    private static final KeyPair KEYS = keys();
    private static volatile String issuer = "";

    private static final Map<String, Authorization> authorizations = new ConcurrentHashMap<>();
    private static volatile String subject = "nobody";
    private static volatile String preferredName = "nobody";
    private static volatile @Nullable String nonceOfToken;

    private final Vertx vertx = Vertx.vertx();

    @Override
    public Map<String, String> start() {
        listen();
        return Map.of(
                "parley.auth.oidc.issuer", issuer,
                "parley.auth.oidc.audience", AUDIENCE,
                "parley.auth.oidc.client-id", CLIENT,
                "parley.auth.oidc.client-secret", SECRET);
    }

    /** Begins to listen, and returns the issuer's address. */
    public String listen() {
        HttpServer server = vertx.createHttpServer();
        server.requestHandler(this::answer);
        int port =
                server.listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join()
                        .actualPort();
        issuer = "http://127.0.0.1:" + port;
        return issuer;
    }

    /** Who signs in from now on. */
    public static void signsIn(String subject, String preferredName) {
        IssuerStub.subject = subject;
        IssuerStub.preferredName = preferredName;
        nonceOfToken = null;
    }

    /** The next ID tokens have this nonce instead of the one that was asked for. */
    public static void answersWithNonce(String nonce) {
        nonceOfToken = nonce;
    }

    private void answer(HttpServerRequest request) {
        switch (Objects.requireNonNull(request.path())) {
            case "/authorize" -> authorize(request);
            case "/token" ->
                    request.setExpectMultipart(true).endHandler(ignored -> exchange(request));
            case "/jwks" -> send(request, 200, jwks());
            default -> send(request, 200, discovery());
        }
    }

    /** Nobody is asked for a password: every visitor is signed in. */
    private static void authorize(HttpServerRequest request) {
        String code = UUID.randomUUID().toString();
        MultiMap query = request.params();
        authorizations.put(
                code,
                new Authorization(
                        text(query, "redirect_uri"),
                        text(query, "code_challenge_method"),
                        text(query, "code_challenge"),
                        text(query, "nonce")));
        String back =
                "%s?code=%s&state=%s"
                        .formatted(text(query, "redirect_uri"), code, text(query, "state"));
        request.response().setStatusCode(302).putHeader("Location", back).end();
    }

    /** RFC 6749, section 4.1.3, and RFC 7636, section 4.6. */
    private static void exchange(HttpServerRequest request) {
        MultiMap form = request.formAttributes();
        @Nullable Authorization authorization = authorizations.remove(text(form, "code"));
        boolean isClient = CREDENTIALS.equals(request.getHeader("Authorization"));
        if (authorization == null || !isClient || !authorization.isFor(form)) {
            send(request, 400, new JsonObject().put("error", "invalid_grant"));
            return;
        }
        String nonce = nonceOfToken == null ? authorization.nonce() : nonceOfToken;
        String idToken =
                Jwt.issuer(issuer)
                        .subject(subject)
                        .audience(CLIENT)
                        .claim("preferred_username", preferredName)
                        .claim("nonce", nonce)
                        .expiresIn(300)
                        .jws()
                        .keyId("k1")
                        .sign(KEYS.getPrivate());
        send(
                request,
                200,
                new JsonObject()
                        .put("token_type", "Bearer")
                        .put("expires_in", 300)
                        .put("access_token", token(subject, preferredName, AUDIENCE))
                        .put("id_token", idToken));
    }

    private static void send(HttpServerRequest request, int status, JsonObject answer) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(answer.encode());
    }

    private static String sha256(String text) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static String text(MultiMap parameters, String name) {
        return Objects.requireNonNullElse(parameters.get(name), "");
    }

    /** What a code was given for. */
    private record Authorization(
            String redirectUri, String challengeMethod, String challenge, String nonce) {

        private boolean isFor(MultiMap form) {
            return redirectUri.equals(text(form, "redirect_uri"))
                    && challengeMethod.equals("S256")
                    && challenge.equals(sha256(text(form, "code_verifier")));
        }
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
                .put("authorization_endpoint", issuer + "/authorize")
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
