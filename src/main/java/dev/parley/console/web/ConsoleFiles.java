package dev.parley.console.web;

import dev.parley.console.ConsoleConfig;
import io.quarkiverse.web.bundler.runtime.Bundle;
import io.quarkus.logging.Log;
import io.quarkus.vertx.http.HttpServerStart;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Serves the files of the console, from memory and compressed once. All links are relative, so that
 * the console works behind a proxy that adds a path. Browsers keep scripts and styles for ever,
 * because their names contain a hash of their content, and ask for the page each time.
 */
@ApplicationScoped
class ConsoleFiles {

    /**
     * Content Security Policy Level 3: nothing comes from elsewhere, nothing is written inline, and
     * with Trusted Types no script can turn text into HTML except through Lit and DOMPurify.
     */
    static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; manifest-src 'self'; form-action 'self';"
                    + " frame-ancestors 'none'; base-uri 'none';"
                    + " require-trusted-types-for 'script'; trusted-types lit-html dompurify";

    private static final String PAGE = "page.html";
    private static final String ICON = "icon.svg";
    private static final String ENTRY_POINT = "app";
    private static final String CHARTS = "charts";
    private static final String FOR_EVER = "public, max-age=31536000, immutable";
    private static final String ASK_EACH_TIME = "no-cache";

    private final Map<String, ConsoleFile> files;

    ConsoleFiles(Bundle bundle, ConsoleConfig config) {
        files = config.enabled() ? load(bundle) : Map.of();
    }

    void register(@Observes Router router) {
        if (files.isEmpty()) {
            return;
        }
        router.get("/").handler(request -> redirect(request, "console/"));
        router.get("/console").handler(this::sendPage);
        router.get("/console/" + ICON).handler(request -> send(request, ICON));
        router.get("/console/assets/:file").order(-1).handler(this::sendAsset);
    }

    void onListening(@ObservesAsync HttpServerStart server) {
        if (!files.isEmpty()) {
            Log.infof("Console: http://localhost:%d/console/", server.options().getPort());
        }
    }

    private static void redirect(RoutingContext request, String location) {
        request.response()
                .setStatusCode(302)
                .putHeader(HttpHeaders.LOCATION, location)
                .putHeader(HttpHeaders.CACHE_CONTROL, ASK_EACH_TIME)
                .end();
    }

    /**
     * The route matches with and without the slash, without which the links would lead elsewhere.
     */
    private void sendPage(RoutingContext request) {
        if (request.normalizedPath().endsWith("/")) {
            send(request, PAGE);
        } else {
            redirect(request, "console/");
        }
    }

    private void sendAsset(RoutingContext request) {
        @Nullable ConsoleFile file = files.get(String.valueOf(request.pathParam("file")));
        if (file == null || !file.isHashed()) {
            request.next();
        } else {
            send(request, file);
        }
    }

    private void send(RoutingContext request, String name) {
        send(request, Objects.requireNonNull(files.get(name)));
    }

    private static void send(RoutingContext request, ConsoleFile file) {
        HttpServerResponse response = request.response();
        response.putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader(HttpHeaders.CACHE_CONTROL, file.isHashed() ? FOR_EVER : ASK_EACH_TIME)
                .putHeader(HttpHeaders.ETAG, file.etag())
                .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        if (file.etag().equals(request.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, file.contentType());
        @Nullable String encodings = request.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
        if (encodings != null && encodings.contains("gzip")) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip").end(file.compressed());
        } else {
            response.end(file.content());
        }
    }

    private static Map<String, ConsoleFile> load(Bundle bundle) {
        Map<String, ConsoleFile> files = new HashMap<>();
        String script = fileName(bundle.script(ENTRY_POINT));
        String style = fileName(bundle.style(ENTRY_POINT));
        String charts = fileName(bundle.script(CHARTS));
        String chartStyle = fileName(bundle.style(CHARTS));
        for (String name : new String[] {script, style, charts, chartStyle}) {
            files.put(
                    name,
                    ConsoleFile.hashed(name, read("/META-INF/resources/console/assets/" + name)));
        }
        String page =
                read(PAGE)
                        .toString(StandardCharsets.UTF_8)
                        .replace("{script}", "assets/" + script)
                        .replace("{style}", "assets/" + style)
                        .replace("{charts}", "assets/" + charts)
                        .replace("{chart-style}", "assets/" + chartStyle);
        files.put(PAGE, ConsoleFile.named(PAGE, Buffer.buffer(page)));
        files.put(ICON, ConsoleFile.named(ICON, read(ICON)));
        return Map.copyOf(files);
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static Buffer read(String resource) {
        try (@Nullable InputStream content = ConsoleFiles.class.getResourceAsStream(resource)) {
            if (content == null) {
                throw new IllegalStateException("The console was built without " + resource);
            }
            return Buffer.buffer(content.readAllBytes());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
