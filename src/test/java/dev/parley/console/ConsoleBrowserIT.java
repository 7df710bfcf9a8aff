package dev.parley.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.parley.testing.Chromium;
import dev.parley.testing.ParleyProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The console of the packaged process as somebody sees it who tries Parley out: no database, no
 * model, a browser.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleBrowserIT {

    private static final int PHONE = 390;

    /** The issue allows 120 kB of script; what is there is far less. */
    private static final int MAX_COMPRESSED_BYTES = 90_000;

    private ParleyProcess parley;
    private Chromium chromium;

    @BeforeAll
    void start(@TempDir Path home) {
        parley =
                ParleyProcess.started(
                                Map.of(
                                        "PARLEY_HOME", home.toString(),
                                        "PARLEY_ADMIN_USERNAME", "root",
                                        "PARLEY_ADMIN_PASSWORD", "correct horse",
                                        "PARLEY_QUOTA_PLANS_LARGE_LIMIT", "5000",
                                        "PARLEY_TOOLS_DELETE_TASK_APPROVAL", "always"))
                        .listening();
        chromium = new Chromium();
    }

    @AfterAll
    void stop() throws Exception {
        chromium.close();
        parley.close();
    }

    @AfterEach
    void nothingRanThatShouldNot() {
        assertThat(chromium.takeFaults()).isEmpty();
    }

    @Test
    void leadsFromFirstVisitToFirstAnswer() {
        try (BrowserContext profile = chromium.profile()) {
            Page page = profile.newPage();
            page.navigate("http://localhost:%d/".formatted(parley.port()));
            assertThat(page).hasURL("http://localhost:%d/console/".formatted(parley.port()));

            tryOut(page);
            page.getByRole(AriaRole.BUTTON, named("Add a task: call the bank tomorrow")).click();

            assertThat(page.getByText("I have added \"call the bank\"")).isVisible();
            assertThat(page.getByText("add_task")).isVisible();
            assertThat(page).hasURL(Pattern.compile(".*#/chat/[0-9a-f-]{36}"));
        }
    }

    @Test
    void keepsTokenFromScripts() {
        try (BrowserContext profile = chromium.profile()) {
            Page page = visit(profile);
            tryOut(page);

            assertThat(page.evaluate("document.cookie")).isEqualTo("");
            assertThat(page.evaluate("JSON.stringify([localStorage, sessionStorage])").toString())
                    .doesNotContain("eyJ");
            assertThat(profile.cookies())
                    .singleElement()
                    .satisfies(cookie -> {
                        assertThat(cookie.httpOnly).isTrue();
                        assertThat(cookie.sameSite.name()).isEqualTo("STRICT");
                    });
        }
    }

    @Test
    void signsInAndOut() {
        try (BrowserContext profile = chromium.profile()) {
            Page page = visit(profile);
            page.getByLabel("User name").fill("root");
            page.getByLabel("Password").fill("wrong horse");
            page.getByRole(AriaRole.BUTTON, named("Sign in")).click();
            assertThat(page.getByRole(AriaRole.ALERT))
                    .hasText("The name or the password is wrong.");

            page.getByLabel("Password").fill("correct horse");
            page.getByRole(AriaRole.BUTTON, named("Sign in")).click();
            assertThat(page.getByRole(AriaRole.LINK, named("Operation"))).isVisible();

            page.getByRole(AriaRole.BUTTON, named("Sign out")).click();
            page.reload();
            assertThat(page.getByRole(AriaRole.BUTTON, named("Sign in"))).isVisible();
        }
    }

    @Test
    void leadsToTheSignInPageWhereTheSessionIsGone() {
        try (BrowserContext profile = chromium.profile()) {
            Page page = visit(profile);
            signIn(page);
            assertThat(page.getByText("What can I do for you?")).isVisible();

            profile.clearCookies();
            page.getByRole(AriaRole.LINK, named("Dashboard")).click();

            assertThat(page.getByRole(AriaRole.BUTTON, named("Sign in"))).isVisible();
        }
    }

    @Test
    void showsNobodyWhatAnotherPersonHasOpen() {
        try (BrowserContext profile = chromium.profile()) {
            Page page = visit(profile);
            tryOut(page);
            send(page, "Add a task: call the bank tomorrow");
            assertThat(page.getByText("I have added \"call the bank\"")).isVisible();
            Page other = visit(profile);
            other.getByRole(AriaRole.BUTTON, named("Sign out")).click();
            signIn(other);
            assertThat(other.getByRole(AriaRole.LINK, named("Operation"))).isVisible();

            page.getByRole(AriaRole.LINK, named("Dashboard")).click();

            assertThat(page.getByRole(AriaRole.LINK, named("Operation"))).isVisible();
            assertThat(page.getByText("call the bank")).hasCount(0);
        }
    }

    @Test
    void showsAndChangesThePlanOfUser() {
        try (BrowserContext profile = chromium.profile()) {
            Page page = visit(profile);
            signIn(page);
            page.getByRole(AriaRole.LINK, named("Operation")).click();
            page.getByRole(AriaRole.BUTTON, named("Manage root")).click();
            Locator plan = page.locator("select[name=plan]");
            assertThat(plan).hasValue("free");

            plan.selectOption("large");
            page.getByRole(AriaRole.BUTTON, named("Assign")).click();

            assertThat(page.getByText("root is on the plan large now.")).isVisible();
            assertThat(page.getByText("of 5,000 queries are used this month")).isVisible();
            page.reload();
            page.getByRole(AriaRole.BUTTON, named("Manage root")).click();
            assertThat(plan).hasValue("large");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "LIGHT, 1280",
        "LIGHT, 390",
        "DARK, 1280",
        "DARK, 390",
    })
    void hasNoBarrierOnAnyPage(ColorScheme scheme, int width) {
        String suffix =
                "-%s-%s"
                        .formatted(scheme, width == PHONE ? "phone" : "wide")
                        .toLowerCase(Locale.ROOT);
        try (BrowserContext profile = chromium.profile(scheme, width)) {
            Page page = visit(profile);
            check(page, "welcome" + suffix);
            signIn(page);
            send(page, "Add an urgent task: call the bank by Friday");
            assertThat(page.getByText("I have added \"call the bank\"").last()).isVisible();
            send(page, "What is on my list?");
            assertThat(page.getByText("list_tasks").last()).isVisible();
            assertThat(page.getByText("is thinking")).hasCount(0);
            check(page, "chat" + suffix);
            for (String name : List.of("Approvals", "Dashboard", "Profile", "Operation")) {
                page.getByRole(AriaRole.LINK, named(name)).click();
                assertThat(page.getByRole(AriaRole.HEADING, level(1))).isVisible();
                assertThat(page.getByText("Loading …")).hasCount(0);
                check(page, name.toLowerCase(Locale.ROOT) + suffix);
            }
        }
    }

    @Test
    void isSmallAndKeptByTheBrowser() {
        try (BrowserContext profile = chromium.profile()) {
            Page page = profile.newPage();
            List<Response> responses = new ArrayList<>();
            page.onResponse(responses::add);
            page.navigate("http://localhost:%d/console/".formatted(parley.port()));
            assertThat(page.getByRole(AriaRole.BUTTON, named("Sign in"))).isVisible();

            assertThat(responses)
                    .allSatisfy(response ->
                            assertThat(response.url())
                                    .startsWith("http://localhost:" + parley.port() + "/console/"));
            List<Response> assets =
                    responses.stream().filter(each -> each.url().contains("/assets/")).toList();
            assertThat(assets)
                    .isNotEmpty()
                    .allSatisfy(asset -> {
                        assertThat(asset.headerValue("content-encoding")).isEqualTo("gzip");
                        assertThat(asset.headerValue("cache-control")).contains("immutable");
                    });
            assertThat(
                            assets.stream()
                                    .mapToInt(asset ->
                                            Integer.parseInt(asset.headerValue("content-length")))
                                    .sum())
                    .isLessThan(MAX_COMPRESSED_BYTES);
        }
    }

    private static void check(Page page, String name) {
        Chromium.screenshot(page, name);
        assertThat(Chromium.barriers(page)).as(name).isEmpty();
    }

    private Page visit(BrowserContext profile) {
        Page page = profile.newPage();
        page.navigate("http://localhost:%d/console/".formatted(parley.port()));
        return page;
    }

    private static void signIn(Page page) {
        page.getByLabel("User name").fill("root");
        page.getByLabel("Password").fill("correct horse");
        page.getByRole(AriaRole.BUTTON, named("Sign in")).click();
    }

    private static Page.GetByLabelOptions exactly() {
        return new Page.GetByLabelOptions().setExact(true);
    }

    private static void tryOut(Page page) {
        page.getByRole(AriaRole.BUTTON, named("Start a conversation")).click();
        assertThat(page.getByText("What can I do for you?")).isVisible();
    }

    private static void send(Page page, String message) {
        page.getByLabel("Message", exactly()).fill(message);
        page.getByRole(AriaRole.BUTTON, named("Send")).click();
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name);
    }

    private static Page.GetByRoleOptions level(int level) {
        return new Page.GetByRoleOptions().setLevel(level);
    }
}
