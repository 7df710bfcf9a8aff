package dev.parley.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.parley.testing.Chromium;
import dev.parley.testing.FreePorts;
import dev.parley.testing.IssuerStub;
import dev.parley.testing.Nginx;
import dev.parley.testing.ParleyProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console as an organisation runs it: behind a proxy that adds a path, with the accounts of an
 * OpenID Connect issuer.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleProxyBrowserIT {

    private final IssuerStub issuer = new IssuerStub();
    private final int port = FreePorts.next();
    private ParleyProcess parley;
    private Nginx proxy;
    private Chromium chromium;
    private BrowserContext profile;
    private Page page;

    @BeforeAll
    void start(@TempDir Path home, @TempDir Path proxyHome) throws IOException {
        parley =
                ParleyProcess.started(
                                Map.of(
                                        "PARLEY_HOME",
                                        home.toString(),
                                        "PARLEY_AUTH_OIDC_ISSUER",
                                        issuer.listen(),
                                        "PARLEY_AUTH_OIDC_AUDIENCE",
                                        IssuerStub.AUDIENCE,
                                        "PARLEY_AUTH_OIDC_CLIENT_ID",
                                        IssuerStub.CLIENT,
                                        "PARLEY_AUTH_OIDC_CLIENT_SECRET",
                                        IssuerStub.SECRET,
                                        "PARLEY_AUTH_OIDC_REDIRECT_URI",
                                        address("console/session/oidc"),
                                        "PARLEY_HTTP_TRUSTED_PROXIES",
                                        "127.0.0.1"))
                        .listening();
        proxy = Nginx.started(proxyHome, port, parley.port());
        chromium = new Chromium();
    }

    @AfterAll
    void stop() throws Exception {
        chromium.close();
        proxy.close();
        parley.close();
        issuer.stop();
    }

    @BeforeEach
    void somebodyComes() {
        IssuerStub.signsIn(UUID.randomUUID().toString(), "grace");
        profile = chromium.profile();
        page = profile.newPage();
    }

    @AfterEach
    void leavesNothingWrong() {
        profile.close();
        assertThat(chromium.takeFaults()).isEmpty();
    }

    @Test
    void staysUnderThePathOfTheProxy() {
        List<String> addresses = new CopyOnWriteArrayList<>();
        List<String> told = new CopyOnWriteArrayList<>();
        page.onRequest(request -> addresses.add(request.url()));
        page.onWebSocket(socket -> {
            addresses.add(socket.url().replace("ws://", "http://"));
            socket.onFrameReceived(frame -> told.add(frame.text()));
        });

        page.navigate(address(""));
        assertThat(page).hasURL(address("console/"));
        signIn();
        page.getByRole(AriaRole.BUTTON, named("Add a task: call the bank tomorrow")).click();
        assertThat(page.getByText("I have added \"call the bank\"")).isVisible();
        page.reload();
        assertThat(page.getByText("I have added \"call the bank\"")).isVisible();

        assertThat(addresses)
                .filteredOn(each -> each.contains(":" + port))
                .contains(address("api/ws"), address("console/session/oidc"))
                .allMatch(each -> each.startsWith(address("")));
        page.waitForCondition(
                () -> told.stream().anyMatch(message -> message.contains("notifications.unread")));
    }

    @Test
    void knowsWhoSignsInAgain() {
        page.navigate(address("console/"));
        signIn();
        page.getByRole(AriaRole.BUTTON, named("Add a task: call the bank tomorrow")).click();
        assertThat(page.getByText("I have added \"call the bank\"")).isVisible();

        page.getByRole(AriaRole.BUTTON, named("Sign out")).click();
        signIn();
        page.getByRole(AriaRole.LINK, named("Dashboard")).click();

        assertThat(page.getByText("call the bank").first()).isVisible();
    }

    @Test
    void saysSoWhereTheIssuerIsNotBelieved() {
        IssuerStub.answersWithNonce("of another");
        page.navigate(address("console/"));

        page.getByRole(AriaRole.LINK, named("Sign in with your organisation")).click();

        assertThat(page.getByRole(AriaRole.ALERT))
                .containsText("Signing in with your organisation did not work");
        assertThat(page).hasURL(address("console/"));
    }

    private void signIn() {
        page.getByRole(AriaRole.LINK, named("Sign in with your organisation")).click();
        assertThat(page.getByText("What can I do for you?")).isVisible();
    }

    private String address(String path) {
        return "http://localhost:%d/parley/%s".formatted(port, path);
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name);
    }
}
