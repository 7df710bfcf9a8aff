package dev.parley.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.testing.Person.ApiResponse;
import io.restassured.RestAssured;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Every operation of the HTTP API, with a call that succeeds. */
public final class Operations {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String QUEUE = "/api/conversations/{id}/queue";
    private static final String PIN = "/api/conversations/{id}/pin";
    private static final String SUMMARY = "/api/conversations/{id}/summary";

    private Operations() {}

    /**
     * An operation of the HTTP API.
     *
     * @param template the path in the OpenAPI document
     * @param path creates the data that the call needs, and returns the path to call
     * @param body returns a body that succeeds; null if the operation takes no body
     * @param isForAdmins whether only administrators may call the operation
     */
    public record Operation(
            String method,
            String template,
            Function<World, String> path,
            @Nullable Function<World, String> body,
            List<String> headers,
            boolean isForAdmins) {

        public String name() {
            return method + " " + template;
        }

        public ApiResponse call(World world) {
            return call(world, path.apply(world), body == null ? null : body.apply(world));
        }

        public ApiResponse call(World world, String at, @Nullable String with) {
            return send(
                    caller(world), at, with == null ? null : with.getBytes(StandardCharsets.UTF_8));
        }

        public ApiResponse send(Person caller, String at, byte @Nullable [] bytes) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + at))
                            .timeout(Duration.ofMinutes(1))
                            .header("Authorization", "Bearer " + caller.token())
                            .method(
                                    method,
                                    bytes == null
                                            ? HttpRequest.BodyPublishers.noBody()
                                            : HttpRequest.BodyPublishers.ofByteArray(bytes));
            if (bytes != null) {
                request.header("Content-Type", "application/json");
            }
            if (!headers.isEmpty()) {
                request.headers(headers.toArray(String[]::new));
            }
            return Person.send(request.build());
        }

        public Person caller(World world) {
            return isForAdmins ? world.admin() : world.person();
        }

        /** The body that succeeds, as JSON. */
        public JsonNode example(World world) {
            try {
                return body == null ? JSON.createObjectNode() : JSON.readTree(body.apply(world));
            } catch (JsonProcessingException failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    /** A user and an administrator, with data for every operation. */
    public record World(
            Person person,
            Person admin,
            String conversation,
            String turn,
            String reply,
            String task,
            String training,
            String notification) {

        public static World made() {
            return of(Person.registered(), Person.admin());
        }

        /** Creates the data for existing users. */
        public static World of(Person person, Person admin) {
            ApiResponse turn = done(person.says("Add an urgent task: call the bank", "offline"));
            done(person.puts("/api/me/preferences/colour", "{\"value\":\"green\"}"));
            done(person.puts("/api/me/skills/Java", "{\"level\":3}"));
            done(person.puts("/api/me/agents/news", ""));
            UUID notification = UUID.randomUUID();
            Postgres.database()
                    .change(
                            "insert into notifications (id, user_id, kind, title, body, turn_id,"
                                + " created_at) values (?, ?, 'task_due', 'Due: Buy milk', 'Due on"
                                + " Thu, 2099-01-01.', ?, now())",
                            notification,
                            person.id(),
                            UUID.fromString(turn.text("turn_id")));
            return new World(
                    person,
                    admin,
                    turn.text("conversation_id"),
                    turn.text("turn_id"),
                    turn.json().path("reply").path("id").asText(),
                    done(person.posts(
                                    "/api/tasks",
                                    "{\"title\":\"Buy milk\",\"due_on\":\"2099-01-01\"}"))
                            .text("id"),
                    done(person.posts(
                                    "/api/me/trainings",
                                    "{\"skill\":\"Java\",\"title\":\"Read about virtual"
                                            + " threads\",\"next_step\":\"Chapter 3\"}"))
                            .text("id"),
                    notification.toString());
        }
    }

    public static List<Operation> all() {
        List<Operation> all = new ArrayList<>();
        all.add(open("POST", "/api/auth/register", Operations::newcomer));
        all.add(
                open(
                        "POST",
                        "/api/auth/login",
                        world ->
                                "{\"username\":\"%s\",\"password\":\"%s\"}"
                                        .formatted(world.person().username(), Person.PASSWORD)));
        all.add(get("/api/auth/me"));
        all.add(
                new Operation(
                        "GET",
                        "/api/approvals",
                        world -> {
                            waitingTurn(world);
                            return "/api/approvals?limit=1";
                        },
                        null,
                        List.of(),
                        false));
        all.add(decision("approve", "{\"arguments\":{\"title\":\"Buy oat milk\"}}"));
        all.add(decision("deny", "{\"reason\":\"Not today\"}"));
        all.add(
                new Operation(
                        "DELETE",
                        "/api/auth/tokens",
                        world -> "/api/auth/tokens",
                        null,
                        List.of(),
                        false));
        all.add(get("/api/me"));
        all.add(with("PATCH", "/api/me", world -> "{\"temperature\":0.5}"));
        all.add(new Operation("DELETE", "/api/me", world -> "/api/me", null, List.of(), false));
        all.add(get("/api/me/export"));
        all.add(get("/api/me/quota"));
        all.add(get("/api/me/preferences"));
        all.add(get("/api/me/preferences/{key}", world -> "colour"));
        all.add(
                with(
                        "PUT",
                        "/api/me/preferences/{key}",
                        world -> "{\"value\":\"blue\"}",
                        world -> "colour"));
        all.add(
                delete(
                        "/api/me/preferences/{key}",
                        world -> {
                            done(
                                    world.person()
                                            .puts("/api/me/preferences/gone", "{\"value\":\"x\"}"));
                            return "gone";
                        }));
        all.add(
                new Operation(
                        "GET",
                        "/api/skills",
                        world -> {
                            done(world.admin().puts("/api/admin/skills/Java", ""));
                            return "/api/skills?limit=1";
                        },
                        null,
                        List.of(),
                        false));
        all.add(get("/api/me/skills"));
        all.add(with("PUT", "/api/me/skills/{name}", world -> "{\"level\":4}", world -> "Java"));
        all.add(
                delete(
                        "/api/me/skills/{name}",
                        world -> {
                            done(world.person().puts("/api/me/skills/Gone", "{\"level\":1}"));
                            return "Gone";
                        }));
        all.add(get("/api/me/trainings"));
        all.add(
                with(
                        "POST",
                        "/api/me/trainings",
                        world ->
                                "{\"skill\":\"Java\",\"title\":\"Write a native"
                                    + " executable\",\"status\":\"planned\",\"next_step\":\"Chapter"
                                    + " 1\",\"due_on\":\"2099-12-24\"}"));
        all.add(get("/api/me/trainings/{id}", World::training));
        all.add(
                with(
                        "PATCH",
                        "/api/me/trainings/{id}",
                        world ->
                                "{\"title\":\"Read about structured"
                                    + " concurrency\",\"status\":\"completed\",\"next_step\":null,\"due_on\":\"2099-12-24\"}",
                        World::training));
        all.add(
                delete(
                        "/api/me/trainings/{id}",
                        world ->
                                done(world.person()
                                                .posts(
                                                        "/api/me/trainings",
                                                        "{\"skill\":\"Java\",\"title\":\"Read about"
                                                                + " virtual threads\"}"))
                                        .text("id")));
        all.add(get("/api/agents"));
        all.add(get("/api/me/agents"));
        all.add(
                new Operation(
                        "PUT",
                        "/api/me/agents/{agent_type}",
                        world -> "/api/me/agents/offline",
                        null,
                        List.of(),
                        false));
        all.add(
                delete(
                        "/api/me/agents/{agent_type}",
                        world -> {
                            done(world.person().puts("/api/me/agents/assistant", ""));
                            return "assistant";
                        }));
        all.add(
                with(
                        "POST",
                        "/api/chat",
                        world ->
                                InProcess.withEchoAgent(
                                        "{\"message\":\"Add a task: buy"
                                            + " milk\",\"agent_type\":\"offline\",\"when_busy\":\"enqueue\",\"on_disconnect\":\"continue\"}")));
        all.add(get("/api/turns/{id}", World::turn));
        all.add(get("/api/turns/{id}/events", World::turn, "/events"));
        all.add(
                new Operation(
                        "POST",
                        "/api/turns/{id}/cancel",
                        world -> "/api/turns/" + world.turn() + "/cancel",
                        null,
                        List.of(),
                        false));
        all.add(get("/api/conversations"));
        all.add(get("/api/conversations/{id}", World::conversation));
        all.add(
                new Operation(
                        "PATCH",
                        "/api/conversations/{id}",
                        world -> "/api/conversations/" + world.conversation(),
                        world -> "{\"title\":\"The bank\"}",
                        List.of("If-Match", "*"),
                        false));
        all.add(
                delete(
                        "/api/conversations/{id}",
                        world ->
                                done(world.person().says("Hello", "offline"))
                                        .text("conversation_id")));
        all.add(new Operation("PUT", PIN, Operations::pin, null, List.of(), false));
        all.add(new Operation("DELETE", PIN, Operations::pin, null, List.of(), false));
        all.add(get("/api/conversations/{id}/messages", World::conversation, "/messages"));
        all.add(get("/api/conversations/{id}/turns", World::conversation, "/turns"));
        all.add(
                new Operation(
                        "GET",
                        QUEUE,
                        world -> {
                            String turn = queuedTurn(world);
                            return turn.substring(0, turn.lastIndexOf('/'));
                        },
                        null,
                        List.of(),
                        false));
        all.add(
                new Operation(
                        "DELETE",
                        QUEUE + "/{turn_id}",
                        Operations::queuedTurn,
                        null,
                        List.of(),
                        false));
        all.add(
                new Operation(
                        "PATCH",
                        QUEUE + "/{turn_id}",
                        Operations::queuedTurn,
                        world -> "{\"message\":\"Add a task: buy oat milk\"}",
                        List.of(),
                        false));
        all.add(new Operation("GET", SUMMARY, Operations::summarized, null, List.of(), false));
        all.add(new Operation("POST", SUMMARY, Operations::toSummarize, null, List.of(), false));
        all.add(new Operation("DELETE", SUMMARY, Operations::summarized, null, List.of(), false));
        all.add(
                new Operation(
                        "GET",
                        "/api/messages",
                        world -> "/api/messages?q=bank",
                        null,
                        List.of(),
                        false));
        all.add(get("/api/tasks"));
        all.add(
                with(
                        "POST",
                        "/api/tasks",
                        world ->
                                "{\"title\":\"Wrap the presents\",\"description\":\"All"
                                    + " seven\",\"priority\":\"high\",\"due_on\":\"2099-12-24\"}"));
        all.add(get("/api/tasks/{id}", World::task));
        all.add(
                with(
                        "PATCH",
                        "/api/tasks/{id}",
                        world ->
                                "{\"title\":\"Buy oat"
                                    + " milk\",\"description\":null,\"status\":\"completed\",\"priority\":\"low\",\"due_on\":\"2099-12-24\"}",
                        World::task));
        all.add(
                delete(
                        "/api/tasks/{id}",
                        world ->
                                done(world.person().posts("/api/tasks", "{\"title\":\"Buy milk\"}"))
                                        .text("id")));
        all.add(get("/api/dashboard/stats"));
        all.add(get("/api/notifications"));
        all.add(
                new Operation(
                        "POST",
                        "/api/notifications/{id}/read",
                        world -> "/api/notifications/" + world.notification() + "/read",
                        null,
                        List.of(),
                        false));
        all.add(
                new Operation(
                        "POST",
                        "/api/notifications/read-all",
                        world -> "/api/notifications/read-all",
                        null,
                        List.of(),
                        false));
        all.add(
                with(
                        "POST",
                        "/api/feedback",
                        world ->
                                "{\"message_id\":\"%s\",\"rating\":\"up\",\"reason\":\"Short and to the point\"}"
                                        .formatted(world.reply())));
        all.add(get("/api/surveys"));
        all.add(
                with(
                        "POST",
                        "/api/surveys",
                        world -> "{\"name\":\"satisfaction\",\"answers\":{\"overall\":5}}"));
        all.add(
                admin(
                        "GET",
                        "/api/admin/users",
                        world -> {
                            Person.registered();
                            return "/api/admin/users?limit=1";
                        },
                        null));
        all.add(
                admin(
                        "GET",
                        "/api/admin/users/{id}",
                        world -> "/api/admin/users/" + world.person().id(),
                        null));
        all.add(
                admin(
                        "DELETE",
                        "/api/admin/users/{id}",
                        world -> "/api/admin/users/" + Person.registered().id(),
                        null));
        all.add(
                admin(
                        "PATCH",
                        "/api/admin/users/{id}",
                        world -> "/api/admin/users/" + world.person().id(),
                        world -> "{\"disabled\":false}"));
        all.add(
                admin(
                        "DELETE",
                        "/api/admin/users/{id}/tokens",
                        world -> "/api/admin/users/" + Person.registered().id() + "/tokens",
                        null));
        all.add(
                admin(
                        "POST",
                        "/api/admin/invitations",
                        world -> "/api/admin/invitations",
                        world -> "{\"days\":7}"));
        all.add(
                admin(
                        "GET",
                        "/api/admin/invitations",
                        world -> {
                            done(world.admin().posts("/api/admin/invitations", "{\"days\":7}"));
                            return "/api/admin/invitations?limit=1";
                        },
                        null));
        all.add(
                admin(
                        "DELETE",
                        "/api/admin/invitations/{id}",
                        world ->
                                "/api/admin/invitations/"
                                        + done(world.admin()
                                                        .posts(
                                                                "/api/admin/invitations",
                                                                "{\"days\":1}"))
                                                .text("id"),
                        null));
        all.add(admin("GET", "/api/admin/plans", world -> "/api/admin/plans", null));
        all.add(
                admin(
                        "GET",
                        "/api/admin/users/{id}/plan",
                        world -> "/api/admin/users/" + world.person().id() + "/plan",
                        null));
        all.add(
                admin(
                        "PUT",
                        "/api/admin/users/{id}/plan",
                        world -> "/api/admin/users/" + world.person().id() + "/plan",
                        world -> "{\"plan\":\"free\"}"));
        all.add(
                admin(
                        "PUT",
                        "/api/admin/skills/{name}",
                        world -> "/api/admin/skills/Offered",
                        null));
        all.add(
                admin(
                        "DELETE",
                        "/api/admin/skills/{name}",
                        world -> {
                            done(world.admin().puts("/api/admin/skills/Withdrawn", ""));
                            return "/api/admin/skills/Withdrawn";
                        },
                        null));
        all.add(
                admin(
                        "POST",
                        "/api/admin/quota/reconcile",
                        world -> "/api/admin/quota/reconcile",
                        null));
        all.add(
                admin(
                        "GET",
                        "/api/admin/usage",
                        world -> "/api/admin/usage?user_id=" + world.person().id(),
                        null));
        all.add(admin("GET", "/api/admin/metrics", world -> "/api/admin/metrics", null));
        all.add(
                admin(
                        "GET",
                        "/api/admin/turns",
                        world ->
                                "/api/admin/turns?limit=1&cursor="
                                        + cursorBefore(waitingTurn(world)),
                        null));
        all.add(
                admin(
                        "GET",
                        "/api/admin/turns/{id}",
                        world -> "/api/admin/turns/" + world.turn(),
                        null));
        all.add(admin("GET", "/api/admin/feedback", world -> "/api/admin/feedback", null));
        all.add(
                admin(
                        "GET",
                        "/api/admin/surveys/{name}",
                        world -> {
                            done(
                                    world.person()
                                            .posts(
                                                    "/api/surveys",
                                                    "{\"name\":\"satisfaction\",\"answers\":{\"overall\":5}}"));
                            return "/api/admin/surveys/satisfaction";
                        },
                        null));
        return all;
    }

    /**
     * Requires that the preparation of an operation succeeded: otherwise the test would call the
     * operation without its data.
     *
     * @throws IllegalStateException if the preparation failed
     */
    private static ApiResponse done(ApiResponse preparation) {
        if (preparation.status() / 100 != 2) {
            throw new IllegalStateException("A preparation failed: " + preparation);
        }
        return preparation;
    }

    private static Operation decision(String decision, String body) {
        return new Operation(
                "POST",
                "/api/turns/{id}/steps/{step}/" + decision,
                world -> "/api/turns/" + waitingTurn(world) + "/steps/1/" + decision,
                world -> body,
                List.of(),
                false);
    }

    /** The cursor of the page that begins with the turn. */
    private static String cursorBefore(String turn) {
        UUID id = UUID.fromString(turn);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() - 1)
                                .toString()
                                .getBytes(StandardCharsets.UTF_8));
    }

    /** A turn that waits for an approval, as Parley stores it. */
    private static String waitingTurn(World world) {
        UUID conversation = UUID.randomUUID();
        UUID turn = UUID.randomUUID();
        UUID user = world.person().id();
        Database database = Postgres.database();
        database.change(
                "insert into conversations (id, user_id, title, agent_type, version, message_count,"
                        + " created_at, updated_at) values (?, ?, 'Milk', 'offline', 0, 1, now(),"
                        + " now())",
                conversation,
                user);
        database.change(
                "insert into turns (id, user_id, conversation_id, agent_type, status, started_at,"
                        + " position, trail, partial) values (?, ?, ?, 'offline', 'waiting', now(),"
                        + " 1, '[]', '')",
                turn,
                user,
                conversation);
        database.change(
                "insert into messages (id, conversation_id, turn_id, position, role, content,"
                        + " created_at) values (?, ?, ?, 1, 'user', 'Add a task: buy milk', now())",
                UUID.randomUUID(),
                conversation,
                turn);
        database.change(
                """
                insert into turn_approvals (turn_id, step, user_id, tool, arguments, arguments_hash, schema_hash, summary,
                    approver, status, asked_at, expires_at)
                values (?, '1', ?, 'add_task', '{"title":"Buy milk"}',
                    '5f0ba4d5c2a4b2c7d2c4b4f0d7a3f1e8d9c6b5a4938271605f4e3d2c1b0a9f8e', '0', 'add_task: title "Buy milk"',
                    'owner', 'open', now(), now() + interval '7 days')
                """,
                turn,
                user);
        return turn.toString();
    }

    private static String pin(World world) {
        return PIN.replace("{id}", world.conversation());
    }

    /** The path of the summary of a conversation that is long enough. */
    private static String toSummarize(World world) {
        String conversation = done(world.person().says("Hello", "offline")).text("conversation_id");
        Postgres.database().lengthen(conversation, 60, "text");
        return SUMMARY.replace("{id}", conversation);
    }

    private static String summarized(World world) {
        String path = toSummarize(world);
        done(world.person().posts(path, ""));
        return path;
    }

    /** The path of a turn that is queued behind a waiting turn. */
    private static String queuedTurn(World world) {
        Database database = Postgres.database();
        String conversation =
                database.texts(
                                "select conversation_id from turns where id = ?::uuid",
                                waitingTurn(world))
                        .getFirst();
        return QUEUE.replace("{id}", conversation)
                + "/"
                + database.enqueueTurn(
                        world.person(), conversation, "offline", "Add a task: buy bread");
    }

    private static String newcomer(World world) {
        String name = "n-" + UUID.randomUUID().toString().substring(0, 13);
        return "{\"username\":\"%1$s\",\"email\":\"%1$s@example.org\",\"password\":\"correct horse\"}"
                .formatted(name);
    }

    private static Operation open(String method, String path, Function<World, String> body) {
        return new Operation(method, path, world -> path, body, List.of(), false);
    }

    private static Operation get(String path) {
        return new Operation("GET", path, world -> path, null, List.of(), false);
    }

    private static Operation get(String template, Function<World, String> id) {
        return get(template, id, "");
    }

    private static Operation get(String template, Function<World, String> id, String rest) {
        return new Operation(
                "GET",
                template,
                world -> before(template) + id.apply(world) + rest,
                null,
                List.of(),
                false);
    }

    private static Operation delete(String template, Function<World, String> id) {
        return new Operation(
                "DELETE",
                template,
                world -> before(template) + id.apply(world),
                null,
                List.of(),
                false);
    }

    private static Operation with(String method, String path, Function<World, String> body) {
        return new Operation(method, path, world -> path, body, List.of(), false);
    }

    private static Operation with(
            String method,
            String template,
            Function<World, String> body,
            Function<World, String> id) {
        return new Operation(
                method,
                template,
                world -> before(template) + id.apply(world),
                body,
                List.of(),
                false);
    }

    private static Operation admin(
            String method,
            String template,
            Function<World, String> path,
            @Nullable Function<World, String> body) {
        return new Operation(method, template, path, body, List.of(), true);
    }

    private static String before(String template) {
        return template.substring(0, template.indexOf('{'));
    }
}
