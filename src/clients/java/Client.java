import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.*;
import org.openapitools.client.model.Problem;
import org.openapitools.client.model.ProblemCode;
import org.openapitools.client.model.TurnEvent;

/** The generated client of one user, and what is true of every response to it. */
final class Client extends Checks {

    /** The codes of all problems so far. */
    static final Set<ProblemCode> PROBLEMS = EnumSet.noneOf(ProblemCode.class);

    final AccountsApi accounts;
    final AdministrationApi administration;
    final AgentsApi agents;
    final ApprovalsApi approvals;
    final ConversationsApi conversations;
    final DashboardApi dashboard;
    final FeedbackApi feedback;
    final NotificationsApi notifications;
    final ProfileApi profile;
    final QuotaApi quota;
    final TasksApi tasks;
    final TurnsApi turns;

    private final ApiClient api = new ApiClient();
    private final String token;

    /** A client that sends no token. */
    Client(String url) {
        this(url, "");
    }

    Client(String url, String token) {
        this(url, token, request -> {});
    }

    private Client(String url, String token, Consumer<HttpRequest.Builder> interceptor) {
        this.token = token;
        api.updateBaseUri(url);
        api.setRequestInterceptor(request -> {
            if (!token.isEmpty()) {
                request.header("Authorization", "Bearer " + token);
            }
            interceptor.accept(request);
        });
        api.setResponseInterceptor(Client::checkVersion);
        accounts = new AccountsApi(api);
        administration = new AdministrationApi(api);
        agents = new AgentsApi(api);
        approvals = new ApprovalsApi(api);
        conversations = new ConversationsApi(api);
        dashboard = new DashboardApi(api);
        feedback = new FeedbackApi(api);
        notifications = new NotificationsApi(api);
        profile = new ProfileApi(api);
        quota = new QuotaApi(api);
        tasks = new TasksApi(api);
        turns = new TurnsApi(api);
    }

    /** The same client, which changes its requests. */
    Client with(Consumer<HttpRequest.Builder> interceptor) {
        return new Client(api.getBaseUri(), token, interceptor);
    }

    /**
     * The events of a turn that has ended. The generated followTurn cannot return them, since it
     * reads every body as JSON and this one is text/event-stream; their data are of generated
     * types.
     */
    List<Object> events(UUID turnId) throws Exception {
        URI uri = URI.create(api.getBaseUri() + "/api/turns/" + turnId + "/events");
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        api.getRequestInterceptor().accept(request);
        String body =
                api.getHttpClient()
                        .send(request.build(), HttpResponse.BodyHandlers.ofString())
                        .body();
        List<Object> events = new ArrayList<>();
        for (String line : body.lines().filter(line -> line.startsWith("data:")).toList()) {
            TurnEvent event = read(line.substring("data:".length()), TurnEvent.class);
            events.add(complete(event.getActualInstance()));
        }
        return events;
    }

    /**
     * Java's client asks for HTTP/2 as it comes: by an upgrade, since the connection is not
     * encrypted.
     */
    private static void checkVersion(HttpResponse<InputStream> response) {
        equal(HttpClient.Version.HTTP_2, response.version());
    }

    /** Fails unless the operation is refused with this problem. */
    Problem refused(int status, ProblemCode code, Operation operation) throws Exception {
        try {
            operation.call();
        } catch (ApiException refusal) {
            if (refusal.getResponseBody() == null) {
                throw new AssertionError("no response where " + code + " is expected", refusal);
            }
            Problem problem = complete(read(refusal.getResponseBody(), Problem.class));
            equal(code, problem.getCode());
            equal(status, problem.getStatus());
            equal(status, refusal.getCode());
            equal(
                    "application/problem+json",
                    refusal.getResponseHeaders().firstValue("Content-Type").orElse(null));
            if (status == 429 || status == 503) {
                String seconds = refusal.getResponseHeaders().firstValue("Retry-After").orElse("0");
                isTrue(Integer.parseInt(seconds) > 0, "Retry-After: " + seconds);
            }
            PROBLEMS.add(code);
            return problem;
        }
        throw new AssertionError("accepted where " + code + " is expected");
    }

    private <T> T read(String json, Class<T> type) throws JsonProcessingException {
        return api.getObjectMapper().readValue(json, type);
    }

    interface Operation {
        Object call() throws Exception;
    }
}
