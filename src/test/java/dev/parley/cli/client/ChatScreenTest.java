package dev.parley.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cli.terminal.JsonOutput;
import dev.parley.testing.Wait;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a person sees of an agent's steps. */
class ChatScreenTest {

    private static final String OPENED = "{\"type\":\"turn.opened\"}";
    private static final List<String> DELEGATION =
            List.of(
                    "{\"type\":\"tool.called\",\"step\":\"1\",\"name\":\"delegate\","
                            + "\"arguments\":{\"agent_type\":\"planner\",\"task\":\"Buy milk\"}}",
                    delegated("1", "started"));
    private static final List<String> CALL =
            List.of(
                    "{\"type\":\"tool.called\",\"step\":\"1.1\",\"name\":\"add_task\","
                            + "\"arguments\":{\"title\":\"milk\"}}",
                    returned("1.1", "add_task", true));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ChatScreen screen =
            new ChatScreen(
                    new PrintStream(out, true, StandardCharsets.UTF_8), ChatScreen.Kind.PERSON);

    @Test
    void showsDelegationOnceThoughItIsRepeatedAfterApproval() {
        show(OPENED);
        DELEGATION.forEach(this::show);
        show(delegated("1", "waiting"));
        show(returned("1", "delegate", true));
        show("{\"type\":\"approval.asked\",\"step\":\"1.1\"}");
        show(OPENED);
        DELEGATION.forEach(this::show);
        CALL.forEach(this::show);
        show(delegated("1", "timed_out"));
        show(returned("1", "delegate", false));

        assertThat(lines())
                .containsExactly(
                        "  → planner: Buy milk",
                        "  · planner waits for an approval",
                        "    → add_task {\"title\":\"milk\"}",
                        "    ← add_task done, 7 ms",
                        "  ← planner timed out");
    }

    @Test
    void showsStepsOfEachTurn() {
        show(OPENED);
        CALL.forEach(this::show);
        screen.finish();
        show(OPENED);
        CALL.forEach(this::show);

        assertThat(lines()).hasSize(4);
    }

    /** What a person types stays on the screen, below the spinner's line and then above it. */
    @Test
    void spinnerLeavesTypedLineAlone() {
        show(OPENED);
        Wait.until(() -> drawn().contains("thinking"));
        int typedAt = drawn().length();

        screen.showTyped("and tea");

        assertThat(drawn().substring(typedAt))
                .startsWith("\u001b[1A\r\u001b[K\r\u001b[K\u001b[1A\r\u001b[K\u001b[1m› ");
        Wait.until(() -> drawn().substring(typedAt).contains("thinking"));
        assertThat(drawn().substring(0, typedAt).replaceAll("\\e7.*?\\e8", ""))
                .as("a frame is drawn above the cursor, which returns to where the person types")
                .containsOnlyOnce("thinking");
    }

    @Test
    void showsNothingOfSteeredTurn() {
        show(OPENED);
        show("{\"type\":\"turn.steered\"}");

        assertThat(lines()).isEmpty();
    }

    @Test
    void showsDelegationThatIsRefused() {
        show(OPENED);
        show(returned("1", "delegate", false));

        assertThat(lines()).containsExactly("  ← delegate refused, 7 ms");
    }

    private static String delegated(String step, String status) {
        return "{\"type\":\"agent.delegated\",\"step\":\"%s\",\"agent_type\":\"planner\",\"status\":\"%s\"}"
                .formatted(step, status);
    }

    private static String returned(String step, String tool, boolean ok) {
        return "{\"type\":\"tool.returned\",\"step\":\"%s\",\"name\":\"%s\",\"ok\":%s,\"elapsed_ms\":7}"
                .formatted(step, tool, ok);
    }

    private String drawn() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private void show(String event) {
        screen.show(JsonOutput.read(event));
    }

    private List<String> lines() {
        screen.finish();
        return out.toString(StandardCharsets.UTF_8)
                .replaceAll("\\e7.*?\\e8", "")
                .replaceAll("\\r\\e\\[K\\e\\[2m.? thinking, \\d+ s\\e\\[0m\\R", "")
                .replaceAll("\\r?\\e\\[\\d?[KmA]", "")
                .lines()
                .toList();
    }
}
