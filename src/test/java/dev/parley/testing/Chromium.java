package dev.parley.testing;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A real browser without a window. It notes what a page must never cause: errors of scripts, and
 * what the content security policy has stopped.
 */
public final class Chromium implements AutoCloseable {

    private static final Path SCREENSHOTS = Path.of("target", "console");
    private static final List<String> FLAGS =
            List.of(
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync");

    private final Playwright playwright;
    private final Browser browser;
    private final List<String> faults = new CopyOnWriteArrayList<>();

    public Chromium() {
        // A condition is waited for; how long it takes is for no test of the browser to judge
        PlaywrightAssertions.setDefaultAssertionTimeout(60_000);
        playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(
                                                Path.of(
                                                        System.getProperty(
                                                                "parley.chromium",
                                                                "/usr/bin/chromium")))
                                        .setArgs(FLAGS));
    }

    /** A profile of its own, wide or as narrow as a phone. */
    public BrowserContext profile(ColorScheme scheme, int width) {
        BrowserContext context =
                browser.newContext(
                        new Browser.NewContextOptions()
                                .setViewportSize(width, 800)
                                .setColorScheme(scheme)
                                .setLocale("en-GB")
                                .setTimezoneId("Europe/Berlin"));
        context.onPage(this::watch);
        return context;
    }

    public BrowserContext profile() {
        return profile(ColorScheme.LIGHT, 1280);
    }

    private void watch(Page page) {
        page.onPageError(faults::add);
        page.onConsoleMessage(message -> {
            String text = message.text();
            if (text.contains("Content Security Policy") || text.contains("Trusted")) {
                faults.add(text);
            }
        });
    }

    /** Errors of scripts and violations of the policy in all pages, each returned once. */
    public List<String> takeFaults() {
        List<String> taken = List.copyOf(faults);
        faults.removeAll(taken);
        return taken;
    }

    /** What axe finds in the page as it stands: each rule, and where it is broken. */
    public static List<String> barriers(Page page) {
        return new AxeBuilder(page).analyze().getViolations().stream().map(Chromium::text).toList();
    }

    private static String text(Rule rule) {
        return rule.getId()
                + rule.getNodes().stream()
                        .map(node -> "\n    " + node.getHtml() + " " + node.getFailureSummary())
                        .toList();
    }

    public static void screenshot(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
