package dev.parley.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import dev.parley.testing.Auditor;
import dev.parley.testing.Chromium;
import dev.parley.testing.Database;
import dev.parley.testing.ModelStub;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.Replicas;
import dev.parley.testing.SwitchedNetwork;
import dev.parley.testing.Wait;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * What the console does when things go wrong: a browser, a network that a test breaks, two replicas
 * of Parley and a model.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(ModelStub.COUNTERS)
class ConsoleRecoveryBrowserIT {

    /** Slow enough to break the network in the middle, and quick enough for a test. */
    private static final String SLOW = "count to 12 every 300";

    private static final String WHOLE = "1 2 3 4 5 6 7 8 9 10 11 12";

    private OwnPostgres postgres;
    private Database database;
    private Replicas replicas;
    private SwitchedNetwork network;
    private Chromium chromium;
    private BrowserContext profile;
    private String name;
    private Page page;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        postgres = new OwnPostgres(folder.resolve("data"));
        database = postgres.database();
        replicas =
                new Replicas(
                        postgres.port(),
                        Map.of(
                                "PARLEY_RUNNER_LEASE_DURATION", "3s",
                                "PARLEY_RUNNER_HEARTBEAT_INTERVAL", "500ms",
                                "PARLEY_CONSOLE_SILENCE_TIMEOUT", "3s",
                                "PARLEY_TOOLS_ADD_TASK_APPROVAL", "always"));
        network = new SwitchedNetwork(replicas.first().port());
        chromium = new Chromium();
    }

    @AfterAll
    void stop() throws Exception {
        chromium.close();
        network.close();
        replicas.close();
        postgres.close();
    }

    @BeforeEach
    void comesIn() {
        ModelStub.forget();
        replicas.restartKilled();
        network.leadTo(replicas.first().port());
        network.comeUp();
        profile = chromium.profile();
        page = visit();
        name = "ada" + System.nanoTime();
        page.getByRole(AriaRole.BUTTON, named("No account yet? Register")).click();
        page.getByLabel("User name").fill(name);
        page.getByLabel("Email").fill(name + "@example.org");
        page.getByLabel("Password").fill("correct horse");
        page.getByRole(AriaRole.BUTTON, named("Register and sign in")).click();
        assertThat(page.getByText("What can I do for you?")).isVisible();
    }

    @AfterEach
    void leavesNothingWrong() {
        profile.close();
        network.speak();
        assertThat(chromium.takeFaults()).isEmpty();
        // The last words are shown before the turn is settled
        Wait.until(() -> database.turns("running") + database.turns("queued") == 0);
        assertThat(database.turns("waiting")).isZero();
        assertThat(new Auditor(database).findings()).isEmpty();
    }

    @Test
    void goesOnWhereTheConnectionWasCut() {
        send(SLOW);
        assertThat(reply()).containsText("3");

        network.cut();

        assertThat(reply()).hasText(WHOLE);
        assertThat(ModelStub.calls()).isEqualTo(1);
    }

    @Test
    void goesOnAtAnotherReplica() {
        send(SLOW);
        assertThat(reply()).containsText("3");

        network.leadTo(replicas.second().port());
        network.cut();

        assertThat(reply()).hasText(WHOLE);
        assertThat(ModelStub.calls()).isEqualTo(1);
    }

    @Test
    void goesOnAfterReload() {
        send(SLOW);
        assertThat(reply()).containsText("3");

        page.reload();

        assertThat(reply()).hasText(WHOLE);
        assertThat(ModelStub.calls()).isEqualTo(1);
    }

    /** The browser does not know the turn yet when the page is loaded again. */
    @Test
    void sendsOnceWhatWasOnItsWayWhenThePageWasReloaded() {
        network.fallSilent();
        send("think 500 hello");
        Wait.until(() -> ModelStub.calls() == 1);

        network.cut();
        network.speak();
        page.reload();

        assertThat(reply()).hasText("hello");
        assertThat(page.locator(".bubble")).hasCount(1);
        assertThat(ModelStub.calls()).isEqualTo(1);
    }

    @Test
    void saysSoWhereNothingIsHeard() {
        send(SLOW);
        assertThat(reply()).containsText("2");

        network.fallSilent();

        assertThat(page.getByText("The server may still be working on it")).isVisible();
        network.speak();
        assertThat(reply()).hasText(WHOLE);
    }

    @Test
    void saysSoWhereTheServerIsAway() {
        send(SLOW);
        assertThat(reply()).containsText("2");

        network.goDown();

        assertThat(page.getByText("The connection broke.")).isVisible();
        network.comeUp();
        assertThat(reply()).hasText(WHOLE);
    }

    @Test
    void tellsWhenTheServerWasKilled() throws Exception {
        send("think 60000 x");
        assertThat(page.getByText("is thinking")).isVisible();

        network.leadTo(replicas.second().port());
        replicas.first().kill();

        assertThat(page.getByText("The server stopped before the reply was complete")).isVisible();
        page.getByRole(AriaRole.BUTTON, named("Ask again")).isVisible();
    }

    @Test
    void showsTheSameInTwoTabs() {
        send(SLOW);
        assertThat(reply()).containsText("2");
        Page other = profile.newPage();
        other.navigate(page.url());

        assertThat(other.locator("parley-markdown").last()).hasText(WHOLE);
        assertThat(reply()).hasText(WHOLE);

        other.getByLabel("Message", exactLabel()).fill("hello");
        other.getByRole(AriaRole.BUTTON, named("Send")).click();
        assertThat(page.locator(".bubble").last()).hasText("hello");
        assertThat(reply()).hasText("hello");
    }

    @Test
    void queuesEditsRemovesAndSteers() {
        send("think 4000 first");
        assertThat(page.getByText("is thinking")).isVisible();
        write("second");
        page.getByRole(AriaRole.BUTTON, named("Queue")).click();
        write("third");
        page.getByRole(AriaRole.BUTTON, named("Queue")).click();
        Locator queue = page.getByRole(AriaRole.REGION, named("Waiting"));
        assertThat(queue.getByRole(AriaRole.LISTITEM)).hasCount(2);

        queue.getByRole(AriaRole.BUTTON, inside("Edit")).first().click();
        page.getByLabel("Queued message").fill("second, edited");
        queue.getByRole(AriaRole.BUTTON, inside("Save")).click();
        assertThat(queue.getByRole(AriaRole.LISTITEM).first()).containsText("second, edited");
        queue.getByRole(AriaRole.BUTTON, inside("Remove")).last().click();

        assertThat(page.locator("parley-markdown"))
                .hasText(new String[] {"first", "second, edited"});
        assertThat(page.locator(".bubble")).hasCount(2);
    }

    @Test
    void addsMessageToTheTurnThatRuns() {
        send("add milk");
        assertThat(page.getByRole(AriaRole.BUTTON, named("Approve"))).isVisible();
        write("and thank you");
        page.getByRole(AriaRole.BUTTON, named("Add to this")).click();
        assertThat(page.getByRole(AriaRole.REGION, named("Waiting"))).containsText("and thank you");

        page.getByRole(AriaRole.BUTTON, named("Approve")).click();

        assertThat(page.getByText("Added to the message above, and answered there.")).isVisible();
        assertThat(page.locator("parley-markdown")).hasCount(1);
    }

    @Test
    void stopsReplyAndSendsNow() {
        send("think 60000 x");
        assertThat(page.getByText("is thinking")).isVisible();

        write("hello");
        page.getByRole(AriaRole.BUTTON, named("Send now")).click();

        assertThat(page.getByText("Stopped.")).isVisible();
        assertThat(reply()).hasText("hello");
    }

    @Test
    void approvesEditsAndDenies() {
        send("add milk");
        page.getByRole(AriaRole.BUTTON, named("Approve")).click();
        assertThat(reply()).containsText("milk");
        assertThat(titles()).isEqualTo("milk");

        send("add bread");
        page.getByRole(AriaRole.LINK, named("Approvals")).click();
        page.getByRole(AriaRole.BUTTON, named("Edit")).click();
        page.locator("textarea[name=arguments]").fill("{\"title\": \"rye\"}");
        page.getByRole(AriaRole.BUTTON, named("Approve this")).click();
        Wait.until(() -> titles().equals("milk,rye"));

        page.goBack();
        send("add eggs");
        page.getByRole(AriaRole.BUTTON, named("Deny")).click();
        page.getByLabel("Reason, for the agent (optional)").fill("none left");
        page.getByRole(AriaRole.BUTTON, named("Deny")).click();
        assertThat(page.getByText("denied")).isVisible();
        assertThat(titles()).isEqualTo("milk,rye");

        // What was asked and decided is history, and starts nothing
        page.reload();
        page.getByRole(AriaRole.BUTTON, named("Show steps")).first().click();
        assertThat(page.getByText("add_task").first()).isVisible();
        assertThat(page.getByRole(AriaRole.BUTTON, named("Stop"))).hasCount(0);
    }

    @Test
    void runsNothingThatSomebodyWrote() {
        String attack =
                "<img src=x onerror=alert(1)> <script>alert(1)</script>"
                        + " [click](javascript:alert(1)) ![x](https://example.org/x.png) <a"
                        + " href=data:text/html,x>y</a>";
        page.onDialog(dialog -> Assertions.fail("A script ran"));
        send("think 1 " + attack);
        assertThat(page.locator("parley-markdown").last()).containsText("<script>");
        assertThat(page.locator(".turns img, .turns script, .turns [onerror]")).hasCount(0);
        assertThat(page.locator(".turns a[href^='javascript'], .turns a[href^='data']"))
                .hasCount(0);

        page.getByRole(AriaRole.LINK, named("Dashboard")).click();
        page.getByLabel("New task").fill("<script>alert(1)</script><img src=x onerror=alert(1)>");
        page.getByRole(AriaRole.BUTTON, named("Add")).first().click();
        assertThat(page.locator(".rows").getByText("<script>").first()).isVisible();
        assertThat(page.locator("main img, main script, main [onerror]")).hasCount(0);
        // The auditor expects that agents make all tasks
        database.change("delete from tasks where title like '<script>%'");
    }

    /** The agent is held for as long as the dashboard is read: no figure waits for it. */
    @Test
    void readsTheDashboardWhileAnAgentThinks() {
        ModelStub.hold(new ModelStub.Call("hello", false));
        send("hello");
        Wait.until(() -> ModelStub.held() == 1);
        page.getByRole(AriaRole.LINK, named("Dashboard")).click();
        for (int i = 0; i < 20; i++) {
            Response figures =
                    page.waitForResponse(
                            response -> response.url().endsWith("/api/dashboard/stats"),
                            () ->
                                    page.getByRole(AriaRole.BUTTON, named("Refresh"))
                                            .first()
                                            .click());
            assertThat(figures.status()).isEqualTo(200);
        }
        assertThat(page.getByText("1 at work")).isVisible();
        assertThat(ModelStub.held()).isEqualTo(1);
        ModelStub.hold();
    }

    /** Of the person who came in for this test; the other tests' people have tasks too. */
    private String titles() {
        return String.join(
                ",",
                database.texts(
                        "select title from tasks where user_id = (select id from accounts where"
                                + " username = ?) order by id",
                        name));
    }

    private Locator reply() {
        return page.locator("parley-markdown").last();
    }

    private Page visit() {
        Page visited = profile.newPage();
        visited.navigate("http://localhost:%d/console/".formatted(network.port()));
        return visited;
    }

    private void write(String message) {
        page.getByLabel("Message", exactLabel()).fill(message);
    }

    private void send(String message) {
        write(message);
        page.getByRole(AriaRole.BUTTON, named("Send")).click();
    }

    private static Page.GetByLabelOptions exactLabel() {
        return new Page.GetByLabelOptions().setExact(true);
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name).setExact(true);
    }

    private static Locator.GetByRoleOptions inside(String name) {
        return new Locator.GetByRoleOptions().setName(name).setExact(true);
    }
}
