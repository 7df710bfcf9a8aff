package dev.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.testing.Auditor;
import dev.parley.testing.Database;
import dev.parley.testing.Events;
import dev.parley.testing.Events.Event;
import dev.parley.testing.ModelStub;
import dev.parley.testing.OwnPostgres;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.Person;
import dev.parley.testing.Replicas;
import dev.parley.testing.Wait;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Many turns while everything goes wrong at once: clients that leave, cancel and repeat themselves,
 * a model that misbehaves, replicas that are killed and frozen, a database that restarts and a
 * network that cuts. Afterwards an auditor reads the database.
 *
 * <p>{@code -Dparley.chaos.turns=1000 -Dparley.chaos.seed=7} for the long form; the same seed makes
 * the same choices, though not the same interleaving. Without a seed each run makes choices of its
 * own, and prints the seed by which they are made again.
 */
@ResourceLock(ModelStub.COUNTERS)
class ChaosIT {

    private static final int TURNS = Integer.getInteger("parley.chaos.turns", 150);
    private static final long SEED = Long.getLong("parley.chaos.seed", System.nanoTime());
    private static final int CLIENTS = 24;
    private static final int USERS = 12;

    /** Of the settings; a turn calls the model 20 times, and a stopped call is estimated. */
    private static final Auditor.Budgets BUDGETS = new Auditor.Budgets(4, 3, 12, 20 * 5_000);

    private final Random choices = new Random(SEED);
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Map<String, String> conversations = new ConcurrentHashMap<>();
    private final AtomicInteger whole = new AtomicInteger();

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void losesDoublesAndLeavesNoTurnWhileEverythingGoesWrong(@TempDir Path folder)
            throws Exception {
        System.out.printf("chaos: %d turns, seed %d%n", TURNS, SEED);
        try (OwnPostgres postgres = new OwnPostgres(folder.resolve("data"));
                Replicas replicas = new Replicas(postgres.port(), settings())) {
            Auditor auditor = new Auditor(postgres.database(), BUDGETS);
            List<String> people = new ArrayList<>();
            for (int i = 0; i < USERS; i++) {
                people.add(replicas.newcomer());
            }
            Thread decider = Thread.ofVirtual().start(() -> decideAboutTools(people, replicas));
            Thread trouble =
                    Thread.ofVirtual().start(() -> makeTrouble(postgres, replicas, auditor));
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                Semaphore places = new Semaphore(CLIENTS);
                for (int number = 0; opened.get() < TURNS && number < TURNS * 10; number++) {
                    Wish wish = wish(number, people);
                    places.acquire();
                    clients.execute(() -> {
                        try {
                            live(wish, replicas);
                        } finally {
                            places.release();
                        }
                    });
                }
            }
            over.set(true);
            trouble.join();
            settle(postgres.database(), replicas);
            decider.interrupt();
            decider.join();

            assertThat(wrong).as("seed %d", SEED).isEmpty();
            assertThat(auditor.findings()).as("seed %d", SEED).isEmpty();
            eachTurnCanStillBeReadFromBoth(people, postgres.database(), replicas);
            System.out.printf(
                    "chaos: %d turns opened, %d streams seen whole, workers %s, approvals %s,"
                            + " endings %s%n",
                    postgres.database().count("select count(*) from turns"),
                    whole.get(),
                    postgres.database()
                            .texts(
                                    "select coalesce(outcome::jsonb ->> 'status', 'refused') || ' '"
                                            + " || count(*) from turn_steps where tool = 'delegate'"
                                            + " group by outcome::jsonb ->> 'status' order by 1"),
                    postgres.database()
                            .texts(
                                    "select status || ' ' || count(*) from turn_approvals group by"
                                            + " status order by status"),
                    postgres.database()
                            .texts(
                                    "select status || ' ' || count(*) from turns group by status"
                                            + " order by status"));
        }
    }

    /** Agents with workers, and budgets that some of their turns exceed. */
    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("PARLEY_RUNNER_LEASE_DURATION", "3s");
        settings.put("PARLEY_RUNNER_HEARTBEAT_INTERVAL", "500ms");
        settings.put("PARLEY_TURN_DRAIN_TIMEOUT", "2s");
        settings.put("PARLEY_TURN_AFTER_CRASH", choices.nextBoolean() ? "interrupt" : "resume");
        settings.put(
                "PARLEY_TOOLS_ADD_TASK_APPROVAL",
                choices.nextBoolean() ? "always" : "once_per_conversation");
        settings.put("PARLEY_TOOLS_ADD_TASK_EXPIRY", "4s");
        // Each round has to reserve more, and no budget is ever exhausted
        settings.put("PARLEY_QUOTA_RESERVE_TOKENS", "20");
        settings.put("PARLEY_QUOTA_PLANS_FREE_TOKENS", "1000000000");
        settings.put("PARLEY_QUOTA_PLANS_FREE_COST", "1000000");
        settings.put("PARLEY_PRICES_STUB_MODEL", "stub-1");
        settings.put("PARLEY_PRICES_STUB_INPUT", "1");
        settings.put("PARLEY_PRICES_STUB_OUTPUT", "2");
        settings.put("PARLEY_AGENT_TIMEOUT", "5s");
        settings.put("PARLEY_AGENT_MAX_DELEGATIONS", Integer.toString(BUDGETS.delegations()));
        settings.put(
                "PARLEY_AGENT_MAX_DELEGATIONS_PER_ROUND",
                Integer.toString(BUDGETS.delegationsPerRound()));
        settings.put("PARLEY_AGENT_MAX_TURN_ROUNDS", Integer.toString(BUDGETS.rounds()));
        settings.put("PARLEY_AGENTS_LEAD_INSTRUCTIONS", "Delegate.");
        settings.put("PARLEY_AGENTS_LEAD_WORKERS", "clerk,hasty,deputy");
        settings.put("PARLEY_AGENTS_DEPUTY_INSTRUCTIONS", "Delegate.");
        settings.put("PARLEY_AGENTS_DEPUTY_WORKERS", "clerk,hasty");
        settings.put("PARLEY_AGENTS_CLERK_INSTRUCTIONS", "Work.");
        settings.put("PARLEY_AGENTS_CLERK_TOOLS", "add_task,list_tasks");
        settings.put("PARLEY_AGENTS_HASTY_INSTRUCTIONS", "Hurry.");
        settings.put("PARLEY_AGENTS_HASTY_TOOLS", "add_task,list_tasks");
        settings.put("PARLEY_AGENTS_HASTY_TIMEOUT", "1s");
        return settings;
    }

    /** What one client is about to do. */
    private record Wish(
            String token,
            String message,
            Optional<String> agent,
            Optional<String> key,
            String whenBusy,
            String onDisconnect,
            int goesAfter,
            boolean cancels,
            boolean steers,
            boolean repeats,
            boolean streams,
            int replica,
            boolean sameConversation) {}

    private synchronized Wish wish(int number, List<String> people) {
        boolean keyed = choices.nextInt(3) > 0;
        boolean supervised = choices.nextInt(4) == 0;
        return new Wish(
                people.get(choices.nextInt(people.size())),
                supervised ? delegations(number) : message(number),
                supervised ? Optional.of("lead") : Optional.empty(),
                keyed ? Optional.of("key-" + number) : Optional.empty(),
                List.of("reject", "enqueue", "steer", "cancel_running").get(choices.nextInt(4)),
                choices.nextInt(4) == 0 ? "cancel" : "continue",
                choices.nextInt(3) == 0 ? 1 + choices.nextInt(4) : Integer.MAX_VALUE,
                choices.nextInt(8) == 0,
                choices.nextInt(2) == 0,
                keyed && choices.nextInt(3) == 0,
                choices.nextInt(3) > 0,
                choices.nextInt(2),
                choices.nextInt(3) == 0);
    }

    private String message(int number) {
        return switch (choices.nextInt(10)) {
            case 0 -> ModelStub.ERROR_500;
            case 1 -> ModelStub.HALF;
            case 2 -> ModelStub.KILL;
            case 3 -> ModelStub.HANG_IN_THE_MIDDLE;
            case 4, 5 -> "add errand " + number;
            case 6, 7 -> "count to 20 every " + (5 + choices.nextInt(60));
            default -> "think %d well %d".formatted(choices.nextInt(1_500), number);
        };
    }

    /** One to five workers in one round: some more than may work at once, and than are left. */
    private String delegations(int number) {
        return ModelStub.DELEGATE
                + IntStream.rangeClosed(1, 1 + choices.nextInt(5))
                        .mapToObj(worker -> delegation(number + " of worker " + worker))
                        .collect(Collectors.joining(" && "));
    }

    private String delegation(String errand) {
        return switch (choices.nextInt(8)) {
            case 0 -> "clerk: " + ModelStub.ERROR_500;
            case 1 -> "hasty: " + ModelStub.HANG_IN_THE_MIDDLE;
            case 2 -> "clerk: list tasks";
            case 3 -> "deputy: " + ModelStub.DELEGATE + "clerk: add errand " + errand;
            case 4 -> "deputy: " + ModelStub.DELEGATE + "hasty: " + ModelStub.KILL;
            case 5 -> "clerk: think %d well".formatted(choices.nextInt(1_500));
            default -> "clerk: add errand " + errand;
        };
    }

    private void live(Wish wish, Replicas replicas) {
        try {
            ask(wish, replicas, wish.replica());
            if (wish.repeats()) {
                ask(wish, replicas, wish.replica() + 1);
            }
        } catch (UncheckedIOException | IllegalStateException failure) {
            // The replica or its connection is gone: as clients do, it tries again elsewhere, some
            // with a key and some blindly
            pause(200);
            try {
                ask(wish, replicas, wish.replica() + 1);
            } catch (UncheckedIOException | IllegalStateException secondFailure) {
                pause(200);
            }
        }
    }

    private void ask(Wish wish, Replicas replicas, int number) {
        ParleyProcess replica = replicas.of(number);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create("http://localhost:" + replica.port() + "/api/chat"))
                        .timeout(Duration.ofSeconds(40))
                        .header("Authorization", "Bearer " + wish.token())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body(wish)));
        wish.key().ifPresent(key -> request.header("Idempotency-Key", key));
        if (!wish.streams()) {
            Person.ApiResponse answer = Person.send(request.build());
            note(answer.status() != 500, "answer", answer);
            if (!answer.text("turn_id").isEmpty()) {
                opened.incrementAndGet();
            } else if (answer.status() == 503) {
                pause(200);
            }
            return;
        }
        try (Events stream = Events.open(request.header("Accept", "text/event-stream"))) {
            if (stream.status() == 200) {
                opened.incrementAndGet();
                watch(wish, replicas, replica, stream);
            }
        }
    }

    private String body(Wish wish) {
        ObjectNode body =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("message", wish.message())
                        .put("when_busy", wish.whenBusy())
                        .put("on_disconnect", wish.onDisconnect());
        wish.agent().ifPresent(agent -> body.put("agent_type", agent));
        String known = conversations.get(wish.token());
        if (wish.sameConversation() && wish.key().isEmpty() && known != null) {
            body.put("conversation_id", known);
        }
        return body.toString();
    }

    private void watch(Wish wish, Replicas replicas, ParleyProcess replica, Events stream) {
        List<Event> seen = new ArrayList<>();
        String turn = "";
        try {
            for (Optional<Event> event = stream.next(); event.isPresent(); event = stream.next()) {
                seen.add(event.get());
                turn = event.get().text("turn_id");
                conversations.put(wish.token(), event.get().text("conversation_id"));
                if (seen.size() >= wish.goesAfter()) {
                    return;
                }
                if (wish.steers() && seen.size() == 1) {
                    steer(wish, replicas, event.get().text("conversation_id"));
                }
                if (wish.cancels() && seen.size() == 2) {
                    replica.post("/api/turns/" + turn + "/cancel", wish.token(), "");
                }
            }
        } catch (UncheckedIOException | IllegalStateException failure) {
            // It is gone on with below, from the other side
        }
        if (!turn.isEmpty()) {
            goOn(wish, replicas, turn, seen);
        }
    }

    /** Writes to the turn that runs, from the other side. */
    private void steer(Wish wish, Replicas replicas, String conversation) {
        Person.ApiResponse answer =
                Person.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://localhost:%d/api/chat"
                                                        .formatted(
                                                                replicas.of(wish.replica() + 1)
                                                                        .port())))
                                .timeout(Duration.ofSeconds(40))
                                .header("Authorization", "Bearer " + wish.token())
                                .header("Content-Type", "application/json")
                                .header("Prefer", "respond-async")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                JsonNodeFactory.instance
                                                        .objectNode()
                                                        .put("message", "think 300 of this")
                                                        .put("conversation_id", conversation)
                                                        .put("when_busy", "steer")
                                                        .toString()))
                                .build());
        note(answer.status() != 500, "steering", answer);
        if (answer.status() == 202) {
            opened.incrementAndGet();
        }
    }

    /** Reads on behind the last event that was seen, wherever it can, until the turn's last. */
    private void goOn(Wish wish, Replicas replicas, String turn, List<Event> seen) {
        for (int attempt = 0; attempt < 60; attempt++) {
            if (isOver(seen.getLast())) {
                isWhole(seen);
                return;
            }
            try (Events resumed =
                    Events.following(
                            replicas.of(attempt).port(), wish.token(), turn, seen.getLast().id())) {
                if (resumed.status() == 200) {
                    seen.addAll(resumed.restUntilItBreaks());
                }
            } catch (UncheckedIOException | IllegalStateException failure) {
                pause(250);
            }
            pause(50);
        }
        note(over.get(), "never told to its end", turn);
    }

    private static boolean isOver(Event event) {
        return event.name().startsWith("turn.") && !event.name().equals("turn.opened");
    }

    private void isWhole(List<Event> seen) {
        int opened = 0;
        for (int index = 0; index < seen.size(); index++) {
            opened = seen.get(index).name().equals("turn.opened") ? index : opened;
        }
        List<Event> attempt = seen.subList(opened, seen.size());
        Event last = seen.getLast();
        for (int index = 1; index < seen.size(); index++) {
            note(seen.get(index).id() > seen.get(index - 1).id(), "numbers do not rise", seen);
        }
        if (last.name().equals("turn.succeeded")) {
            note(
                    Events.said(attempt).equals(last.data().path("reply").path("content").asText()),
                    "the deltas are not the reply",
                    seen);
            whole.incrementAndGet();
        }
    }

    /**
     * Approves, edits or denies what turns ask, or cancels a turn that asks, on either replica,
     * until it is interrupted. What it leaves expires.
     */
    private void decideAboutTools(List<String> people, Replicas replicas) {
        Random decisions = new Random(SEED + 2);
        for (int look = 0; !Thread.currentThread().isInterrupted(); look++) {
            String token = people.get(look % people.size());
            try {
                for (JsonNode open :
                        replicas.of(decisions.nextInt(2))
                                .get("/api/approvals", token)
                                .json()
                                .path("data")) {
                    if (isLeft(open)) {
                        continue;
                    }
                    int kind = decisions.nextInt(8);
                    String turn = "/api/turns/" + open.path("turn_id").asText();
                    Person.ApiResponse answer =
                            replicas.of(decisions.nextInt(2))
                                    .post(
                                            kind == 0
                                                    ? turn + "/cancel"
                                                    : "%s/steps/%s/%s"
                                                            .formatted(
                                                                    turn,
                                                                    open.path("step").asText(),
                                                                    kind < 3 ? "deny" : "approve"),
                                            token,
                                            kind == 3 || kind == 4
                                                    ? "{\"arguments\":{\"title\":\"edited\"}}"
                                                    : "{}");
                    note(answer.status() != 500, "decision", answer);
                }
            } catch (UncheckedIOException | IllegalStateException failure) {
                // The replica or its connection is gone: the approval is looked up again
            }
            pause(50);
        }
    }

    /** Whether nobody decides, which depends on the call alone. */
    private static boolean isLeft(JsonNode open) {
        return Math.floorMod(open.path("turn_id").asText().hashCode(), 6) == 0;
    }

    private void makeTrouble(OwnPostgres postgres, Replicas replicas, Auditor auditor) {
        Random kinds = new Random(SEED + 1);
        try {
            while (!over.get()) {
                pause(1_500 + kinds.nextInt(2_500));
                auditor.findingsAtThisMoment()
                        .forEach((rule, rows) -> wrong.add("audit: " + rule + ": " + rows));
                switch (kinds.nextInt(6)) {
                    case 0 -> {
                        replicas.first().kill();
                        replicas.restartFirst();
                        replicas.first().listening();
                    }
                    case 1 -> {
                        replicas.second().terminate();
                        replicas.restartSecond();
                        replicas.second().listening();
                    }
                    case 2 -> {
                        replicas.second().freeze();
                        pause(3_500);
                        replicas.second().thaw();
                    }
                    case 3 -> {
                        postgres.stop();
                        pause(kinds.nextInt(1_000));
                        postgres.start();
                    }
                    case 4 -> {
                        replicas.proxy().goAway();
                        pause(kinds.nextInt(1_500));
                        replicas.proxy().comeBack();
                    }
                    default -> {
                        replicas.proxy().loseAnswerToCommit(1 + kinds.nextInt(5));
                        pause(300);
                        replicas.proxy().behave();
                    }
                }
            }
        } catch (Exception failure) {
            wrong.add("trouble broke: " + failure);
        }
    }

    /** Nothing runs any more, and nothing is left over. */
    private void settle(Database database, Replicas replicas) {
        Wait.until(() ->
                database.count(
                                "select count(*) from turns where status in ('queued', 'running',"
                                        + " 'waiting')")
                        == 0);
        for (ParleyProcess replica : List.of(replicas.first(), replicas.second())) {
            Wait.until(() -> replica.metric("parley_turns_in_flight") == 0);
            Wait.until(() -> replica.metric("parley_remote_streams") == 0);
            Wait.until(() -> replica.metric("agroal_active_count") == 0);
        }
        Wait.until(() -> database.idleInTransaction() == 0);
    }

    /** Whatever was lost, no turn is: each is told in the same way by both, from its beginning. */
    private void eachTurnCanStillBeReadFromBoth(
            List<String> people, Database database, Replicas replicas) {
        String token = people.getFirst();
        for (String turn :
                database.texts(
                        "select t.id from turns t join accounts a on a.id = t.user_id order by"
                                + " t.id desc limit 40")) {
            Person.ApiResponse read = replicas.first().get("/api/turns/" + turn, token);
            if (read.status() == 200) {
                List<Event> events;
                List<Event> other;
                try (Events first = Events.following(replicas.first().port(), token, turn, 0);
                        Events second =
                                Events.following(replicas.second().port(), token, turn, 0)) {
                    events = first.rest();
                    other = second.rest();
                }
                assertThat(Events.said(events)).isEqualTo(Events.said(other));
                assertThat(events.getLast().data().path("status"))
                        .isEqualTo(read.json().path("status"));
            }
        }
    }

    private void note(boolean isRight, String what, Object where) {
        if (!isRight) {
            wrong.add(what + ": " + where);
        }
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }
}
