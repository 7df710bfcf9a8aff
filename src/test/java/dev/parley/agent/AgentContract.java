package dev.parley.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.agent.tool.SingleCallToolbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every agent owes to those who call it, whatever it answers. */
@Timeout(60)
public abstract class AgentContract {

    private final List<AgentEvent> heard = new ArrayList<>();
    private final RecordingToolbox toolbox = new RecordingToolbox();

    /** The agent, ready to be asked. */
    protected abstract Agent agent();

    /** A message that it answers at length, by a tool. */
    protected abstract String request();

    /** What the tool answers to it. */
    protected abstract JsonNode outcome();

    @Test
    void isKnownByNameAndByWhatItIsGoodFor() {
        assertThat(agent().type().value()).matches("[a-z][a-z-]{0,63}");
        assertThat(agent().description()).isNotBlank().endsWith(".");
    }

    @Test
    void tellsReplyByDeltasOfWhichNoneIsEmpty() {
        agent().answer(asked(request()), heard::add);

        List<String> deltas = deltas();
        assertThat(deltas).hasSizeGreaterThan(1).noneMatch(String::isEmpty);
        assertThat(String.join("", deltas)).isNotBlank();
    }

    @Test
    void tellsAllOnCallingThreadBeforeItReturns() {
        Thread caller = Thread.currentThread();
        List<Thread> tellers = new ArrayList<>();

        agent().answer(asked(request()), event -> tellers.add(Thread.currentThread()));

        assertThat(tellers).isNotEmpty().allSatisfy(teller -> assertThat(teller).isSameAs(caller));
        assertThat(toolbox.users)
                .isNotEmpty()
                .allSatisfy(user -> assertThat(user).isSameAs(caller));
    }

    @Test
    void actsThroughToolboxAndLeavesItToTellOfThat() {
        agent().answer(asked(request()), heard::add);

        assertThat(toolbox.used).isNotEmpty();
        assertThat(heard)
                .noneMatch(event ->
                        event instanceof AgentEvent.ToolCalled
                                || event instanceof AgentEvent.ToolReturned);
    }

    @Test
    void speaksOfToolThatFails() {
        toolbox.refuses = true;

        agent().answer(asked(request()), heard::add);

        assertThat(String.join("", deltas())).contains("the moon is full");
    }

    @Test
    void saysSameToSameMessage() {
        agent().answer(asked(request()), heard::add);
        String first = String.join("", deltas());
        heard.clear();

        agent().answer(asked(request()), heard::add);

        assertThat(String.join("", deltas())).isEqualTo(first);
    }

    @Test
    void answersMessageRatherThanHistoryBeforeIt() {
        AgentRequest.ChatMessage before =
                said(AgentRequest.Role.USER, "What is the meaning of life?");
        AgentRequest.ChatMessage reply = said(AgentRequest.Role.ASSISTANT, "Forty-two.");
        agent().answer(asked(request()), heard::add);
        String alone = String.join("", deltas());
        heard.clear();

        agent().answer(
                        briefing(
                                List.of(before, reply, said(AgentRequest.Role.USER, request())),
                                () -> false),
                        heard::add);

        assertThat(String.join("", deltas())).isEqualTo(alone);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "?!", "🚀", "\u0001", "a b c", "((((((((((("})
    void answersOrFailsAsAgentsDoWhateverTheMessage(String message) {
        Throwable failure = catchThrowable(() -> agent().answer(asked(message), heard::add));

        if (failure == null) {
            assertThat(String.join("", deltas())).isNotEmpty();
        } else {
            assertThat(failure).isInstanceOf(AgentFailure.class);
        }
    }

    @Test
    void goesOnNoFurtherThanItIsHeard() {
        AgentStopped stop = new AgentStopped();
        List<AgentEvent> told = new ArrayList<>();

        assertThatThrownBy(() ->
                        agent().answer(
                                        asked(request()),
                                        event -> {
                                            told.add(event);
                                            if (event instanceof AgentEvent.ReplyDelta) {
                                                throw stop;
                                            }
                                        }))
                .isSameAs(stop);

        assertThat(told.stream().filter(AgentEvent.ReplyDelta.class::isInstance)).hasSize(1);
    }

    @Test
    void letsThroughThatToolboxWasStopped() {
        toolbox.stopped = true;

        assertThatThrownBy(() -> agent().answer(asked(request()), heard::add))
                .isInstanceOf(AgentStopped.class);
        assertThat(deltas()).isEmpty();
    }

    /** It is interrupted while it uses a tool, and says no more than it had ready by then. */
    @Test
    void returnsSoonAfterInterrupt() throws Exception {
        CountDownLatch inTool = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        toolbox.meanwhile =
                () -> {
                    inTool.countDown();
                    await(interrupted);
                };
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        AgentRequest request =
                briefing(List.of(said(AgentRequest.Role.USER, request())), () -> true);
        Thread agent =
                Thread.ofVirtual()
                        .start(() ->
                                ended.complete(
                                        catchThrowable(() -> agent().answer(request, heard::add))));
        inTool.await();

        agent.interrupt();
        interrupted.countDown();

        Throwable end = ended.get(10, TimeUnit.SECONDS);
        assertThat(end == null || end instanceof AgentStopped).as("%s", end).isTrue();
    }

    private static void await(CountDownLatch latch) {
        boolean isInterrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException interruption) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private AgentRequest asked(String message) {
        return briefing(List.of(said(AgentRequest.Role.USER, message)), () -> false);
    }

    private AgentRequest briefing(List<AgentRequest.ChatMessage> history, BooleanSupplier stopped) {
        return new AgentRequest(
                history,
                UserContext.NONE,
                Steering.NONE,
                toolbox,
                Instant.parse("2026-11-20T10:00:00Z"),
                stopped);
    }

    private static AgentRequest.ChatMessage said(AgentRequest.Role speaker, String content) {
        return new AgentRequest.ChatMessage(speaker, content);
    }

    private List<String> deltas() {
        return heard.stream()
                .filter(AgentEvent.ReplyDelta.class::isInstance)
                .map(AgentEvent.ReplyDelta.class::cast)
                .map(AgentEvent.ReplyDelta::text)
                .collect(Collectors.toList());
    }

    /** Does nothing, and remembers what it was used for. */
    private final class RecordingToolbox implements SingleCallToolbox {

        private final List<String> used = new ArrayList<>();
        private final List<Thread> users = new ArrayList<>();
        private Runnable meanwhile = () -> {};
        private boolean refuses;
        private boolean stopped;

        @Override
        public ToolResult call(String name, JsonNode arguments) {
            used.add(name);
            users.add(Thread.currentThread());
            meanwhile.run();
            if (stopped) {
                throw new AgentStopped();
            }
            ObjectNode refusal = JsonNodeFactory.instance.objectNode();
            return refuses
                    ? new ToolResult(false, refusal.put("error", "It failed: the moon is full."))
                    : new ToolResult(true, outcome());
        }
    }
}
