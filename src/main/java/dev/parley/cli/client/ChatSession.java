package dev.parley.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.cli.terminal.CommandFailed;
import dev.parley.cli.terminal.SigintHandler;
import dev.parley.cli.terminal.TerminalInput;
import java.io.IOException;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One conversation. One turn is shown at a time, and a thread of its own shows it, so that the
 * person can type meanwhile. What is typed joins the turn or is queued behind it; the turns of
 * messages that have not joined are shown one after the other, from their first events, so no reply
 * is lost and none is shown twice.
 */
final class ChatSession {

    private static final String STEERED = "steered";
    private static final String FAILED = "failed";

    private final ParleyClient client;
    private final ChatScreen screen;
    private final TerminalInput input;
    private final @Nullable String agent;

    /** The turns of messages that have not ended and are not shown, in order. */
    private final Deque<String> unanswered = new ConcurrentLinkedDeque<>();

    /** The messages of the person among them, by turn. */
    private final Map<String, String> texts = new ConcurrentHashMap<>();

    /** Turns that were shown since the last time that nothing was unanswered. */
    private final Set<String> shown = new HashSet<>();

    /** The turns of the list that the person has seen last, in its order. */
    private List<JsonNode> listed = List.of();

    private @Nullable String conversation;
    private @Nullable ShownTurn current;

    ChatSession(
            ParleyClient client,
            ChatScreen screen,
            TerminalInput input,
            @Nullable String conversation,
            @Nullable String agent) {
        this.client = client;
        this.screen = screen;
        this.input = input;
        this.conversation = conversation;
        this.agent = agent;
    }

    /**
     * Sends one message and shows its turn.
     *
     * @return the final status of the turn, or {@link TurnFollower#WAITING}
     * @throws CommandFailed if the server refuses the turn or stays unreachable
     */
    String ask(String message) throws InterruptedException {
        ShownTurn turn = new ShownTurn(new TurnFollower(client, message, conversation, agent));
        while (true) {
            switch (turn.next()) {
                case Attention.Approval asked -> decide(turn, asked);
                case Attention.Ended ended -> {
                    return ended.status();
                }
                case Attention.Broken broken -> throw broken.failure();
            }
        }
    }

    /** Talks until the end of the input. */
    void converse() throws IOException, InterruptedException {
        screen.printRemark("Ctrl-D exits; /new starts another conversation; /help says more.");
        boolean isOpen = true;
        while (isOpen || current != null) {
            ShownTurn turn = current;
            if (turn == null) {
                @Nullable String line = screen.readLine(input);
                isOpen = line != null && handle(line);
            } else if (!isOpen || turn.needsAttention()) {
                attend(turn);
            } else {
                Optional<String> line = input.readLine(turn.attention());
                line.ifPresent(screen::showTyped);
                isOpen = line.isPresent() ? handle(line.get()) : !input.hasEnded();
            }
        }
    }

    /** Returns whether the conversation goes on. A failure does not end it. */
    private boolean handle(String typed) throws IOException, InterruptedException {
        try {
            switch (ChatLine.of(typed)) {
                case ChatLine.Blank _ -> {}
                case ChatLine.Message message -> say(message.text());
                case ChatLine.Enqueue message -> enqueue(message.text());
                case ChatLine.ListQueue _ -> listQueue();
                case ChatLine.EditQueued edit -> edit(edit.number(), edit.text());
                case ChatLine.RemoveQueued remove -> remove(remove.number());
                case ChatLine.ShowUsage _ ->
                        UsageText.of(client.quota()).forEach(screen::printRemark);
                case ChatLine.ShowHelp _ -> ChatLine.HELP.forEach(screen::printRemark);
                case ChatLine.StartConversation _ -> startConversation();
                case ChatLine.Mistyped mistyped -> screen.printError(mistyped.sentence());
                case ChatLine.Quit _ -> {
                    if (current != null) {
                        screen.printRemark("Exits with the end of the turn; Ctrl-C cancels it.");
                    }
                    return false;
                }
            }
        } catch (CommandFailed failure) {
            screen.printError(failure.detail());
        }
        showNext();
        return true;
    }

    /** Begins a turn, or steers the turn that runs. */
    private void say(String message) throws InterruptedException {
        if (isWorking()) {
            send(message, "steer", "Sent: it joins the turn, or is answered after it.");
        } else {
            current = new ShownTurn(new TurnFollower(client, message, conversation, agent));
        }
    }

    private void enqueue(String message) throws InterruptedException {
        if (isWorking() || conversation != null) {
            send(message, "enqueue", "Queued: it is answered after the turn.");
        } else {
            say(message);
        }
    }

    /**
     * Whether a turn runs or waits to run, whose conversation is known then. A turn that is refused
     * is none.
     */
    private boolean isWorking() throws InterruptedException {
        ShownTurn turn = current;
        if (turn != null && turn.conversation() == null) {
            finishTurns();
        }
        return current != null;
    }

    private void send(String message, String whenBusy, String remark) throws InterruptedException {
        JsonNode turn =
                TurnFollower.submit(
                        client, message, String.valueOf(conversation()), agent, whenBusy);
        texts.put(id(turn), message);
        unanswered.add(id(turn));
        if (current != null) {
            screen.printRemark(remark);
        }
    }

    private void listQueue() throws IOException, InterruptedException {
        listed = queue();
        if (listed.isEmpty()) {
            screen.printRemark("No message is queued.");
        }
        for (int i = 0; i < listed.size(); i++) {
            screen.printRemark(
                    "%d. %s".formatted(i + 1, ChatScreen.shortened(message(listed.get(i)))));
        }
    }

    private List<JsonNode> queue() throws IOException, InterruptedException {
        @Nullable String id = conversation();
        return id == null ? List.of() : client.queue(id);
    }

    private void edit(int number, String text) throws IOException, InterruptedException {
        JsonNode queued = queued(number);
        client.editQueued(String.valueOf(conversation()), id(queued), text);
        texts.replace(id(queued), text);
        screen.printRemark(
                "Changed: it is queued as \"%s\".".formatted(ChatScreen.shortened(text)));
    }

    private void remove(int number) throws IOException, InterruptedException {
        JsonNode queued = queued(number);
        client.removeQueued(String.valueOf(conversation()), id(queued));
        unanswered.remove(id(queued));
        texts.remove(id(queued));
        screen.printRemark(
                "Removed \"%s\"; its query is given back."
                        .formatted(ChatScreen.shortened(message(queued))));
    }

    /**
     * The turn with this number in the list that the person has seen: the queue may have moved on
     * since. Without such a list, the queue as it is.
     */
    private JsonNode queued(int number) throws IOException, InterruptedException {
        if (listed.isEmpty()) {
            listed = queue();
        }
        if (number < 1 || number > listed.size()) {
            throw new CommandFailed(
                    "No queued message has the number %d; /queue lists them.".formatted(number));
        }
        return listed.get(number - 1);
    }

    private static String message(JsonNode queued) {
        return queued.path("message").asText();
    }

    private static String id(JsonNode queued) {
        return queued.path("turn_id").asText();
    }

    /** The conversation also of a turn that has just begun; null before the first turn. */
    private @Nullable String conversation() throws InterruptedException {
        ShownTurn turn = current;
        @Nullable String begun = turn == null ? null : turn.conversation();
        return begun == null ? conversation : begun;
    }

    private void startConversation() throws InterruptedException {
        finishTurns();
        conversation = null;
        listed = List.of();
        screen.printRemark("This is a new conversation.");
    }

    private void finishTurns() throws InterruptedException {
        for (ShownTurn turn = current; turn != null; turn = current) {
            attend(turn);
        }
    }

    /** Waits for a question about the turn that is shown, or for its end. */
    private void attend(ShownTurn turn) throws InterruptedException {
        switch (turn.next()) {
            case Attention.Approval asked -> decide(turn, asked);
            case Attention.Broken broken -> {
                if (!(broken.failure() instanceof CommandFailed failure)) {
                    throw broken.failure();
                }
                screen.printError(failure.detail());
                end(turn, FAILED);
            }
            case Attention.Ended ended -> end(turn, ended.status());
        }
    }

    private void end(ShownTurn turn, String status) throws InterruptedException {
        conversation = conversation();
        current = null;
        shown.add(turn.id());
        @Nullable String answering = turn.answeredBy();
        if (status.equals(STEERED) && answering != null && !shown.contains(answering)) {
            unanswered.addFirst(answering);
        }
        if (status.equals(TurnFollower.WAITING) && !unanswered.isEmpty()) {
            screen.printRemark("What you have sent since is answered after that.");
            unanswered.clear();
            texts.clear();
        }
        showNext();
    }

    /** Shows the turn of the next message, if no turn is shown. */
    private void showNext() {
        if (current != null) {
            return;
        }
        @Nullable String next = unanswered.poll();
        if (next == null) {
            shown.clear();
        } else {
            @Nullable String text = texts.remove(next);
            if (text != null) {
                screen.showMessage(text);
            }
            current = new ShownTurn(new TurnFollower(client, next));
        }
    }

    private void decide(ShownTurn turn, Attention.Approval asked) throws InterruptedException {
        boolean goesOn = screen.isInteractive() && turn.prompt().decide(asked.event());
        if (goesOn) {
            screen.startThinking();
        } else {
            turn.leaveWaiting();
            screen.printError(
                    "The turn waits for an approval. Use parley approvals approve %1$s %2$s or parley approvals deny %1$s %2$s."
                            .formatted(
                                    asked.event().path("turn_id").asText(),
                                    asked.event().path("step").asText()));
        }
        asked.decided().complete(goesOn);
    }

    /** What the person's thread does about the turn that is shown. */
    private sealed interface Attention {

        /** Decides about a tool call; the turn is shown further when that is done. */
        record Approval(JsonNode event, CompletableFuture<Boolean> decided) implements Attention {}

        record Ended(String status) implements Attention {}

        record Broken(RuntimeException failure) implements Attention {}
    }

    /** The turn that is shown, until it has ended. Ctrl-C cancels it. */
    private final class ShownTurn {

        private final TurnFollower follower;
        private final CompletableFuture<Boolean> cancellation = new CompletableFuture<>();
        private final ApprovalPrompt prompt =
                new ApprovalPrompt(client, screen, input, cancellation);
        private volatile CompletableFuture<Attention> attention = new CompletableFuture<>();

        ShownTurn(TurnFollower follower) {
            this.follower = follower;
            screen.startThinking();
            SigintHandler interrupts = SigintHandler.go(this::cancel);
            Thread.ofVirtual().name("show-turn").start(() -> show(interrupts));
        }

        private void cancel() {
            follower.cancel();
            cancellation.complete(true);
        }

        private void show(SigintHandler interrupts) {
            Attention end;
            try (interrupts) {
                end = new Attention.Ended(follower.follow(this::show));
            } catch (RuntimeException failure) {
                end = new Attention.Broken(failure);
            } catch (InterruptedException interruption) {
                Thread.currentThread().interrupt();
                end = new Attention.Ended(FAILED);
            } finally {
                screen.finish();
            }
            attention.complete(end);
        }

        private void show(JsonNode event) throws InterruptedException {
            screen.show(event);
            switch (event.path("type").asText()) {
                case "message.joined" -> showJoined(event.path("joined_turn_id").asText());
                case "approval.asked" -> {
                    CompletableFuture<Boolean> decided = new CompletableFuture<>();
                    attention.complete(new Attention.Approval(event, decided));
                    await(decided);
                }
                default -> {} // the screen shows it
            }
        }

        /** The reply of this turn answers a message. */
        private void showJoined(String turn) {
            if (unanswered.remove(turn)) {
                screen.printRemark("Joined the turn: " + texts.remove(turn));
            }
        }

        boolean needsAttention() {
            return attention.isDone();
        }

        CompletableFuture<Attention> attention() {
            return attention;
        }

        /** Waits for the next thing to attend to; each is returned once. */
        Attention next() throws InterruptedException {
            Attention next = await(attention);
            attention = new CompletableFuture<>();
            return next;
        }

        ApprovalPrompt prompt() {
            return prompt;
        }

        void leaveWaiting() {
            follower.leaveWaiting();
        }

        /** Waits for the first event; null if there is none. */
        @Nullable String conversation() throws InterruptedException {
            return await(follower.opened());
        }

        String id() {
            return String.valueOf(follower.turn());
        }

        @Nullable String answeredBy() {
            return follower.answeredBy();
        }

        private static <T extends @Nullable Object> T await(CompletableFuture<T> future)
                throws InterruptedException {
            try {
                return future.get();
            } catch (ExecutionException failure) {
                throw new IllegalStateException(failure);
            }
        }
    }
}
