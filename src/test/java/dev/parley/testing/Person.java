package dev.parley.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.restassured.RestAssured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A user with an account, who calls the HTTP API of Parley. */
public record Person(String username, UUID id, String token) {

    public static final String PASSWORD = "correct horse";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();

    /** A new user who has registered and signed in. */
    public static Person registered() {
        return registered("p-" + UUID.randomUUID().toString().substring(0, 13));
    }

    public static Person registered(String username) {
        ObjectNode account = JSON.createObjectNode();
        account.put("username", username)
                .put("email", username + "@example.org")
                .put("password", PASSWORD);
        ApiResponse made = send("POST", "/api/auth/register", null, account.toString());
        if (made.status() != 201) {
            throw new IllegalStateException("Could not register: " + made);
        }
        return new Person(
                username,
                UUID.fromString(made.text("id")),
                signIn(username, PASSWORD).text("access_token"));
    }

    /** A new user with the role {@code admin}. */
    public static Person admin() {
        Person person = registered();
        Postgres.database()
                .change("update accounts set roles = '{user,admin}' where id = ?", person.id());
        return person;
    }

    public static ApiResponse signIn(String username, String password) {
        String body =
                JSON.createObjectNode()
                        .put("username", username)
                        .put("password", password)
                        .toString();
        return send("POST", "/api/auth/login", null, body);
    }

    /** Sends a message to an agent and waits for the reply. */
    public ApiResponse says(String message, String agentType) {
        return chat(JSON.createObjectNode().put("message", message).put("agent_type", agentType));
    }

    public ApiResponse says(String message, String agentType, String conversation) {
        return chat(
                JSON.createObjectNode()
                        .put("message", message)
                        .put("agent_type", agentType)
                        .put("conversation_id", conversation));
    }

    private ApiResponse chat(ObjectNode request) {
        return posts("/api/chat", request.toString());
    }

    public ApiResponse gets(String path) {
        return send("GET", path, token, null);
    }

    public ApiResponse posts(String path, String body) {
        return send("POST", path, token, body);
    }

    /** Sends the request with headers: name, value, name, value. */
    public ApiResponse posts(String path, String body, String... headers) {
        return send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                        .timeout(Duration.ofMinutes(2))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + token)
                        .headers(headers)
                        .POST(HttpRequest.BodyPublishers.ofString(InProcess.withEchoAgent(body)))
                        .build());
    }

    public ApiResponse patches(String path, String body) {
        return send("PATCH", path, token, body);
    }

    /** Sends the request with headers: name, value, name, value. */
    public ApiResponse patches(String path, String body, String... headers) {
        return send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                        .timeout(Duration.ofMinutes(2))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + token)
                        .headers(headers)
                        .method("PATCH", HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    public ApiResponse puts(String path, String body) {
        return send("PUT", path, token, body);
    }

    public ApiResponse deletes(String path) {
        return send("DELETE", path, token, null);
    }

    public static ApiResponse send(
            String method, String path, @Nullable String token, @Nullable String body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
                        .timeout(Duration.ofMinutes(2))
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(
                                                InProcess.withEchoAgent(body)));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return send(request.build());
    }

    public static ApiResponse send(HttpRequest request) {
        try {
            HttpResponse<String> response =
                    HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            Contract.requireKept(request, response);
            return new ApiResponse(response);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interruption);
        }
    }

    /** Runs a task many times in parallel. */
    public static <T> List<T> atOnce(int times, Callable<T> task) {
        return atOnce(Collections.nCopies(times, task));
    }

    /** Runs tasks in parallel, each on a virtual thread, and waits for all results. */
    public static <T> List<T> atOnce(List<Callable<T>> tasks) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = new ArrayList<>();
            tasks.forEach(task -> futures.add(threads.submit(task)));
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** The response to a request. */
    public record ApiResponse(HttpResponse<String> response) {

        public int status() {
            return response.statusCode();
        }

        public String body() {
            return response.body();
        }

        public JsonNode json() {
            try {
                return JSON.readTree(response.body());
            } catch (JsonProcessingException failure) {
                throw new IllegalStateException("Not JSON: " + this, failure);
            }
        }

        public String text(String field) {
            return json().path(field).asText();
        }

        public String code() {
            return text("code");
        }

        public String reply() {
            return json().path("reply").path("content").asText();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        @Override
        public String toString() {
            return status() + " " + body();
        }
    }
}
