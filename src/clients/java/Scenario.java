import static java.util.stream.Collectors.toMap;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.openapitools.client.ApiResponse;
import org.openapitools.client.model.*;

/** Uses Parley as its users do, through the generated client alone: {@code java Scenario URL}. */
public final class Scenario extends Checks {

    private static final String NAME = "java-ada";
    private static final String PASSWORD = "correct horse";

    /** Problems that no request alone brings about: what is not served, breaks or waits. */
    private static final Set<ProblemCode> OUT_OF_REACH =
            EnumSet.of(
                    // Another setting than this Parley has
                    ProblemCode.REGISTRATION_CLOSED,
                    // A generated client sends the methods of the document, and its body at once
                    ProblemCode.METHOD_NOT_ALLOWED,
                    ProblemCode.REQUEST_TIMEOUT,
                    // Over HTTP/2 they have no body: the server refuses the headers before it reads
                    // a request
                    ProblemCode.URI_TOO_LONG,
                    ProblemCode.HEADERS_TOO_LARGE,
                    // The server, its database or all its turns would have to break
                    ProblemCode.INTERNAL_ERROR,
                    ProblemCode.DATABASE_UNAVAILABLE,
                    ProblemCode.OVERLOADED,
                    ProblemCode.TURN_INTERRUPTED);

    private final String url;
    private final Client stranger;
    private Client admin;
    private Client ada;
    private UUID adaId;

    private Scenario(String url) {
        this.url = url;
        stranger = new Client(url);
    }

    public static void main(String[] arguments) throws Exception {
        new Scenario(arguments[0]).run();
    }

    private void run() throws Exception {
        step("register", this::register);
        step("log in", this::logIn);
        step("account", this::account);
        step("chat", this::chat);
        step("chat later", this::chatLater);
        step("events", this::events);
        step("turns without a reply", this::turnsWithoutReply);
        step("queue", this::queue);
        step("approvals", this::approvals);
        step("conversations", this::conversations);
        step("tasks", this::tasks);
        step("preferences", this::preferences);
        step("skills and trainings", this::skillsAndTrainings);
        step("agents", this::agents);
        step("surveys and feedback", this::surveysAndFeedback);
        step("notifications and dashboard", this::notificationsAndDashboard);
        step("quota", this::quota);
        step("administration", this::administration);
        step("rate limit", this::rateLimit);
        step("bounds of a request", this::boundsOfRequest);
        step("export and erasure", this::exportAndErasure);
        step("all problems", this::allProblems);
        System.out.printf("  java: passed, with %d kinds of problems%n", Client.PROBLEMS.size());
    }

    private static void step(String name, Step step) throws Exception {
        System.out.println("  java: " + name);
        step.run();
    }

    private void register() throws Exception {
        admin = logIn("admin");
        RegisterRequest ada =
                new RegisterRequest()
                        .username(NAME)
                        .email(NAME + "@example.org")
                        .password(PASSWORD);
        stranger.refused(
                403, ProblemCode.INVITATION_REQUIRED, () -> stranger.accounts.register(ada));
        ada.setInvitation(invitation());
        ApiResponse<Account> registered = stranger.accounts.registerWithHttpInfo(ada);
        equal(201, registered.getStatusCode());
        equal(List.of("/api/auth/me"), registered.getHeaders().get("location"));
        Account account = complete(registered.getData());
        equal(NAME, account.getUsername());
        equal(List.of("user"), account.getRoles());
        adaId = account.getId();

        ada.setInvitation(invitation());
        stranger.refused(409, ProblemCode.ALREADY_EXISTS, () -> stranger.accounts.register(ada));
        Problem problem =
                stranger.refused(
                        400,
                        ProblemCode.INVALID_REQUEST,
                        () -> stranger.accounts.register(ada.username("?").password("short")));
        equal(
                Set.of("username", "password"),
                Set.copyOf(problem.getErrors().stream().map(FieldError::getField).toList()));
    }

    private void logIn() throws Exception {
        ada = logIn(NAME);
        LoginRequest wrong = new LoginRequest().username(NAME).password("incorrect horse");
        stranger.refused(401, ProblemCode.UNAUTHENTICATED, () -> stranger.accounts.login(wrong));
        stranger.refused(401, ProblemCode.UNAUTHENTICATED, () -> stranger.accounts.getMe());
    }

    private void account() throws Exception {
        equal(adaId, complete(ada.accounts.getAccount()).getId());
        equal(
                0.5,
                complete(ada.accounts.updateMe(new UpdateMeRequest().temperature(0.5)))
                        .getTemperature());
        equal(0.5, complete(ada.accounts.getMe()).getTemperature());
        equal(
                null,
                complete(ada.accounts.updateMe(new UpdateMeRequest().temperature(null)))
                        .getTemperature());
    }

    private void chat() throws Exception {
        ChatRequest hello = message("Hello?");
        Turn turn = complete(ada.turns.sendMessage(hello, "key", null));
        equal(TurnStatus.SUCCEEDED, turn.getStatus());
        equal("assistant", turn.getAgentType());
        equal("Hello.", turn.getReply().getContent());
        equal(FinishReason.STOP, turn.getFinishReason());
        equal(turn.getTurnId(), ada.turns.sendMessage(hello, "key", null).getTurnId());
        ada.refused(
                422,
                ProblemCode.IDEMPOTENCY_KEY_REUSED,
                () -> ada.turns.sendMessage(message("Goodbye."), "key", null));
    }

    private void chatLater() throws Exception {
        ChatRequest hello = message("Hello?");
        ApiResponse<Turn> accepted =
                ada.turns.sendMessageWithHttpInfo(hello, null, "respond-async");
        equal(202, accepted.getStatusCode());
        Turn opened = complete(accepted.getData());
        equal(List.of("/api/turns/" + opened.getTurnId()), accepted.getHeaders().get("location"));
        equal(List.of("respond-async"), accepted.getHeaders().get("preference-applied"));
        Turn ended = ended(opened);
        equal(TurnStatus.SUCCEEDED, ended.getStatus());
        equal("Hello.", ended.getReply().getContent());
    }

    private void events() throws Exception {
        Turn turn = send(message("What are my tasks?").agentType("offline"));
        List<Object> events = ada.events(turn.getTurnId());
        isTrue(events.getFirst() instanceof TurnOpenedEvent, "first: " + events.getFirst());
        isTrue(
                events.stream().anyMatch(ToolCalledEvent.class::isInstance),
                "no tool called: " + events);
        isTrue(
                events.stream().anyMatch(ToolReturnedEvent.class::isInstance),
                "no tool returned: " + events);
        isTrue(events.stream().anyMatch(ReplyDeltaEvent.class::isInstance), "no delta: " + events);
        isTrue(
                events.getLast() instanceof TurnEndedEvent ended
                        && ended.getType() == TurnEndedEvent.TypeEnum.TURN_SUCCEEDED
                        && ended.getReply().equals(turn.getReply()),
                "last: " + events.getLast());
    }

    private void approvals() throws Exception {
        Task task = ada.tasks.createTask(new CreateTaskRequest().title("Sweep"));
        Turn turn = send(message("Delete sweep").agentType("offline"));
        equal(TurnStatus.WAITING, turn.getStatus());
        Approval asked =
                complete(ada.approvals.listApprovals(null, null, null).getData().getFirst());
        equal(turn.getTurnId(), asked.getTurnId());
        ChatRequest meanwhile = message("Hello?").conversationId(turn.getConversationId());
        ada.refused(409, ProblemCode.CONVERSATION_WAITING, () -> send(meanwhile));
        UUID id = turn.getTurnId();
        String step = asked.getStep();
        Approval approved =
                ada.approvals.approveStep(
                        id, step, new ApproveRequest(), "\"" + asked.getArgumentsHash() + "\"");
        equal(ApprovalStatus.APPROVED, approved.getStatus());
        ada.refused(
                409,
                ProblemCode.ALREADY_DECIDED,
                () -> ada.approvals.denyStep(id, step, new DenyRequest().reason("No."), null));
        equal(TurnStatus.SUCCEEDED, ended(turn).getStatus());
        ada.refused(404, ProblemCode.NOT_FOUND, () -> ada.tasks.getTask(task.getId()));

        Turn late = send(message("Remember that my home is Oslo").agentType("offline"));
        Thread.sleep(1_000);
        ada.refused(
                410,
                ProblemCode.APPROVAL_EXPIRED,
                () -> ada.approvals.approveStep(late.getTurnId(), "1", new ApproveRequest(), null));
        equal(TurnStatus.SUCCEEDED, ended(late).getStatus());
    }

    private void turnsWithoutReply() throws Exception {
        Turn running = ada.turns.sendMessage(message("Say nothing."), null, "respond-async");
        ChatRequest next = message("Hello?").conversationId(running.getConversationId());
        ada.refused(409, ProblemCode.CONVERSATION_BUSY, () -> send(next));
        ada.refused(
                409,
                ProblemCode.CONVERSATION_BUSY,
                () ->
                        ada.conversations.deleteConversationWithHttpInfo(
                                running.getConversationId()));
        complete(ada.turns.cancelTurn(running.getTurnId()));
        Turn cancelled = ended(running);
        equal(TurnStatus.CANCELLED, cancelled.getStatus());
        equal(ProblemCode.TURN_CANCELLED, cancelled.getError().getCode());

        CompletableFuture<Problem> waiting =
                CompletableFuture.supplyAsync(() -> {
                    ChatRequest nothing =
                            new ChatRequest()
                                    .message("Say nothing.")
                                    .conversationId(running.getConversationId());
                    try {
                        return ada.refused(409, ProblemCode.TURN_CANCELLED, () -> send(nothing));
                    } catch (Exception failure) {
                        throw new CompletionException(failure);
                    }
                });
        // Cancels the turn that runs by then
        while (ada.turns
                        .listTurns(running.getConversationId(), null, 1, "desc")
                        .getData()
                        .getFirst()
                        .getStatus()
                != TurnStatus.RUNNING) {
            Thread.sleep(50);
        }
        equal(TurnStatus.SUCCEEDED, send(next.whenBusy(WhenBusy.CANCEL_RUNNING)).getStatus());
        isTrue(waiting.join().getTurnId() != null, "no turn_id in the problem");

        ada.refused(502, ProblemCode.AGENT_FAILED, () -> send(message("Fail.")));
        ada.refused(503, ProblemCode.AGENT_UNAVAILABLE, () -> send(message("Be busy.")));
        ada.refused(504, ProblemCode.AGENT_TIMEOUT, () -> send(message("Say nothing.")));
    }

    private void queue() throws Exception {
        Turn running = ada.turns.sendMessage(message("Say nothing."), null, "respond-async");
        UUID id = running.getConversationId();
        ChatRequest next = message("Hello?").conversationId(id).whenBusy(WhenBusy.ENQUEUE);
        UUID turn = ada.turns.sendMessage(next, "queue", "respond-async").getTurnId();
        EditQueuedTurnRequest edit = new EditQueuedTurnRequest().message("Hello again?");
        equal("Hello again?", complete(ada.turns.editQueuedTurn(id, turn, edit)).getMessage());
        QueuedTurn queued = complete(ada.turns.listQueue(id)).getData().getFirst();
        equal(turn, queued.getTurnId());
        equal(1, queued.getAhead());
        observe(running);
        ada.turns.removeQueuedTurn(id, turn);
        ada.refused(
                409, ProblemCode.TURN_REMOVED, () -> ada.turns.sendMessage(next, "queue", null));
        ada.refused(
                409,
                ProblemCode.TURN_NOT_QUEUED,
                () -> ada.turns.removeQueuedTurnWithHttpInfo(id, running.getTurnId()));
        complete(ada.turns.cancelTurn(running.getTurnId()));
    }

    private void observe(Turn running) throws Exception {
        UUID id = running.getTurnId();
        ada.refused(403, ProblemCode.FORBIDDEN, () -> ada.administration.observeTurn(id));
        isTrue(
                complete(admin.administration.listUnfinishedTurns(null, 100, "running"))
                        .getData()
                        .stream()
                        .anyMatch(turn -> turn.getTurnId().equals(id)),
                "not listed: " + id);
        ObservedTurn observed = complete(admin.administration.observeTurn(id));
        equal(NAME, observed.getUsername());
        equal(TimelineKind.OPENED, observed.getTimeline().getFirst().getKind());
        MetricsHistory metrics = complete(admin.administration.getMetrics(null));
        equal(metrics.getTimes().size(), metrics.getSeries().getTurnsInFlight().size());
    }

    private void conversations() throws Exception {
        Turn turn = send(message("Hello, zebra?"));
        UUID id = turn.getConversationId();
        ApiResponse<Conversation> read = ada.conversations.getConversationWithHttpInfo(id);
        Conversation conversation = complete(read.getData());
        equal("Hello, zebra?", conversation.getTitle());
        equal(2, conversation.getMessageCount());
        equal(0, complete(ada.conversations.getSummary(id)).getMessageCount());
        ada.refused(
                403, ProblemCode.SUMMARIES_OFF, () -> ada.conversations.summarizeConversation(id));
        ada.conversations.deleteSummary(id);
        String version = read.getHeaders().get("etag").getFirst();
        RenameConversationRequest rename = new RenameConversationRequest().title("Zebras");
        ada.refused(
                428,
                ProblemCode.PRECONDITION_REQUIRED,
                () -> ada.conversations.renameConversation(id, rename, null));
        ApiResponse<Conversation> renamed =
                ada.conversations.renameConversationWithHttpInfo(id, rename, version);
        equal("Zebras", complete(renamed.getData()).getTitle());
        isTrue(!renamed.getHeaders().get("etag").getFirst().equals(version), "the same ETag");
        ada.refused(
                412,
                ProblemCode.VERSION_CONFLICT,
                () -> ada.conversations.renameConversation(id, rename, version));

        ada.conversations.pinConversation(id);
        List<Conversation> pinned =
                complete(ada.conversations.listConversations(null, null, true)).getData();
        equal(List.of(id), pinned.stream().map(Conversation::getId).toList());
        isTrue(pinned.getFirst().getPinnedAt() != null, "no pinned_at");
        ada.conversations.unpinConversation(id);
        isTrue(
                complete(ada.conversations.listConversations(null, null, true)).getData().isEmpty(),
                "still pinned");

        ConversationPage page = complete(ada.conversations.listConversations(null, 1, null));
        equal(id, page.getData().getFirst().getId());
        isTrue(page.getNextCursor() != null, "no next_cursor");
        isTrue(
                !complete(ada.conversations.listConversations(page.getNextCursor(), 100, null))
                        .getData()
                        .isEmpty(),
                "no second page");
        List<Message> messages =
                complete(ada.conversations.listMessages(id, null, null, "asc")).getData();
        equal(
                List.of(MessageRole.USER, MessageRole.ASSISTANT),
                messages.stream().map(Message::getRole).toList());
        equal(1, complete(ada.turns.listTurns(id, null, null, null)).getData().size());
        equal(
                id,
                complete(ada.conversations.searchMessages("zebra", null, null))
                        .getData()
                        .getFirst()
                        .getConversationId());
        ada.conversations.deleteConversation(id);
        ada.refused(404, ProblemCode.NOT_FOUND, () -> ada.conversations.getConversation(id));
    }

    private void tasks() throws Exception {
        LocalDate day = LocalDate.of(2026, 12, 24);
        ApiResponse<Task> created =
                ada.tasks.createTaskWithHttpInfo(
                        new CreateTaskRequest()
                                .title("Buy milk")
                                .description("Two litres")
                                .dueOn(day)
                                .priority(TaskPriority.HIGH));
        equal(201, created.getStatusCode());
        Task milk = complete(created.getData());
        UUID id = milk.getId();
        equal(List.of("/api/tasks/" + id), created.getHeaders().get("location"));
        equal(TaskStatus.PENDING, milk.getStatus());
        equal(TaskPriority.HIGH, milk.getPriority());
        equal(day, milk.getDueOn());
        equal(milk, complete(ada.tasks.getTask(id)));

        Task changed =
                complete(
                        ada.tasks.updateTask(
                                id, new UpdateTaskRequest().status(TaskStatus.COMPLETED)));
        equal(TaskStatus.COMPLETED, changed.getStatus());
        equal("Two litres", changed.getDescription());
        changed =
                complete(
                        ada.tasks.updateTask(
                                id, new UpdateTaskRequest().description(null).dueOn(null)));
        equal(null, changed.getDescription());
        equal(null, changed.getDueOn());

        ada.tasks.createTask(new CreateTaskRequest().title("Buy bread"));
        ada.tasks.createTask(new CreateTaskRequest().title("Buy cheese"));
        ada.refused(
                409,
                ProblemCode.LIMIT_REACHED,
                () -> ada.tasks.createTask(new CreateTaskRequest().title("Buy wine")));
        TaskPage page = complete(ada.tasks.listTasks(null, 1, TaskStatus.PENDING));
        equal(List.of("Buy cheese"), titles(page));
        page = complete(ada.tasks.listTasks(page.getNextCursor(), 1, TaskStatus.PENDING));
        equal(List.of("Buy bread"), titles(page));
        equal(null, page.getNextCursor());
        equal(List.of("Buy milk"), titles(ada.tasks.listTasks(null, null, TaskStatus.COMPLETED)));

        Problem problem =
                ada.refused(
                        400,
                        ProblemCode.INVALID_REQUEST,
                        () -> ada.tasks.createTask(new CreateTaskRequest().title(" ")));
        equal("title", problem.getErrors().getFirst().getField());
        ada.tasks.deleteTask(id);
        ada.refused(404, ProblemCode.NOT_FOUND, () -> ada.tasks.getTask(id));
    }

    private static List<String> titles(TaskPage page) {
        return page.getData().stream().map(Task::getTitle).toList();
    }

    private void preferences() throws Exception {
        equal(
                "green",
                complete(
                                ada.profile.putPreference(
                                        "colour", new PutPreferenceRequest().value("green")))
                        .getValue());
        equal("green", complete(ada.profile.getPreference("colour")).getValue());
        equal(1, complete(ada.profile.listPreferences(null, null)).getData().size());
        ada.profile.deletePreference("colour");
        ada.refused(404, ProblemCode.NOT_FOUND, () -> ada.profile.getPreference("colour"));
    }

    private void skillsAndTrainings() throws Exception {
        admin.administration.putCatalogueSkill("C#/.NET");
        equal(
                List.of("C#/.NET"),
                complete(ada.profile.listCatalogueSkills(null, null)).getData().stream()
                        .map(Skill::getName)
                        .toList());
        equal(
                3,
                complete(ada.profile.putSkill("C#/.NET", new PutSkillRequest().level(3)))
                        .getLevel());
        equal(
                "C#/.NET",
                complete(ada.profile.listSkills(null, null)).getData().getFirst().getName());

        Training training =
                complete(
                        ada.profile.createTraining(
                                new CreateTrainingRequest()
                                        .skill("C#/.NET")
                                        .title("Read")
                                        .nextStep("Chapter 1")));
        UUID id = training.getId();
        equal(TrainingStatus.PLANNED, training.getStatus());
        training =
                complete(
                        ada.profile.updateTraining(
                                id,
                                new UpdateTrainingRequest()
                                        .status(TrainingStatus.IN_PROGRESS)
                                        .nextStep(null)));
        equal(null, training.getNextStep());
        equal(training, complete(ada.profile.getTraining(id)));
        equal(
                List.of(training),
                complete(
                                ada.profile.listTrainings(
                                        null, null, "C#/.NET", TrainingStatus.IN_PROGRESS))
                        .getData());
        ada.profile.deleteTraining(id);
        ada.profile.removeSkill("C#/.NET");
        admin.administration.removeCatalogueSkill("C#/.NET");
        ada.refused(404, ProblemCode.NOT_FOUND, () -> ada.profile.getTraining(id));
    }

    private void agents() throws Exception {
        ChatRequest news = message("What is new?").agentType("news");
        ada.refused(403, ProblemCode.FORBIDDEN, () -> send(news));
        isTrue(
                complete(ada.agents.listAgents()).getData().stream()
                        .anyMatch(Agent::getRequiresHiring),
                "no agent to hire");
        equal("news", complete(ada.agents.hireAgent("news")).getAgentType());
        equal(1, complete(ada.agents.listHiredAgents()).getData().size());
        equal(TurnStatus.SUCCEEDED, send(news).getStatus());
        ada.agents.dismissAgent("news");
    }

    private void surveysAndFeedback() throws Exception {
        Survey survey = complete(ada.feedback.listSurveys()).getData().getFirst();
        equal(
                Map.of(
                        "overall",
                        Question.KindEnum.SCALE,
                        "recommend",
                        Question.KindEnum.CHOICE,
                        "comment",
                        Question.KindEnum.TEXT),
                survey.getQuestions().stream().collect(toMap(Question::getKey, Question::getKind)));
        Map<String, Object> answers = Map.of("overall", 5, "recommend", "yes", "comment", "Good");
        equal(
                answers,
                complete(
                                ada.feedback.answerSurvey(
                                        new AnswerSurveyRequest()
                                                .name(survey.getName())
                                                .answers(answers)))
                        .getAnswers());
        isTrue(
                !complete(admin.administration.countSurveyAnswers(survey.getName()))
                        .getData()
                        .isEmpty(),
                "no counts");

        UUID reply = send(message("Hello?")).getReply().getId();
        Feedback feedback =
                complete(
                        ada.feedback.rateReply(
                                new RateReplyRequest()
                                        .messageId(reply)
                                        .rating(Rating.UP)
                                        .reason("Short")));
        equal("Short", feedback.getReason());
        equal(
                null,
                complete(
                                ada.feedback.rateReply(
                                        new RateReplyRequest()
                                                .messageId(reply)
                                                .rating(Rating.DOWN)))
                        .getReason());
        isTrue(complete(admin.administration.countFeedback()).getDown() > 0, "no feedback");
    }

    private void notificationsAndDashboard() throws Exception {
        OffsetDateTime yesterday = OffsetDateTime.now(ZoneOffset.UTC).minusDays(1);
        complete(
                ada.notifications.listNotifications(
                        null, NotificationKind.TASK_DUE, 10, yesterday, true));
        complete(ada.notifications.markAllNotificationsRead());
        ada.refused(
                404,
                ProblemCode.NOT_FOUND,
                () -> ada.notifications.markNotificationRead(UUID.randomUUID()));
        equal(2L, complete(ada.dashboard.getDashboard()).getTasks().getTotal());
    }

    private void quota() throws Exception {
        isTrue(complete(ada.quota.getQuota()).getUsed() > 0, "nothing used");
        equal(
                "small",
                complete(
                                admin.administration.assignPlan(
                                        adaId, new AssignPlanRequest().plan("small")))
                        .getPlan());
        ada.refused(429, ProblemCode.QUOTA_EXHAUSTED, () -> send(message("Hello?")));
    }

    private void administration() throws Exception {
        ada.refused(
                403, ProblemCode.FORBIDDEN, () -> ada.administration.listUsers(null, null, null));
        equal(
                adaId,
                complete(admin.administration.listUsers(null, null, NAME))
                        .getData()
                        .getFirst()
                        .getId());
        equal(adaId, complete(admin.administration.getUser(adaId)).getId());
        complete(admin.administration.reconcileQuotas());
        CreatedInvitation invitation =
                complete(admin.administration.createInvitation(new InviteRequest()));
        isTrue(
                !complete(admin.administration.listInvitations(null, null)).getData().isEmpty(),
                "no invitations");
        admin.administration.revokeInvitation(invitation.getId());

        equal(
                true,
                complete(
                                admin.administration.updateUser(
                                        adaId, new UpdateUserRequest().disabled(true)))
                        .getDisabled());
        stranger.refused(
                403,
                ProblemCode.ACCOUNT_DISABLED,
                () ->
                        stranger.accounts.login(
                                new LoginRequest().username(NAME).password(PASSWORD)));
        admin.administration.updateUser(adaId, new UpdateUserRequest().disabled(false));
        admin.refused(409, ProblemCode.LAST_ADMIN, () -> admin.accounts.eraseMeWithHttpInfo());
    }

    private void rateLimit() throws Exception {
        admin.administration.assignPlan(adaId, new AssignPlanRequest().plan("slow"));
        ada = logIn(NAME);
        ada.refused(
                429,
                ProblemCode.RATE_LIMITED,
                () -> {
                    while (true) {
                        send(message("Hello?"));
                    }
                });
    }

    private void boundsOfRequest() throws Exception {
        ada.refused(413, ProblemCode.TOO_LARGE, () -> send(message("x".repeat(300_000))));
        // What a generated client does not do by itself
        Client picture = ada.with(request -> request.setHeader("Accept", "image/png"));
        picture.refused(
                406, ProblemCode.NOT_ACCEPTABLE, () -> picture.tasks.listTasks(null, null, null));
        Client text = ada.with(request -> request.setHeader("Content-Type", "text/plain"));
        text.refused(
                415,
                ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                () -> text.tasks.createTask(new CreateTaskRequest().title("Buy milk")));
    }

    private void exportAndErasure() throws Exception {
        isTrue(
                ada.accounts.exportMe() instanceof Map<?, ?> export && export.containsKey("tasks"),
                "no tasks in the export");
        ada.accounts.endTokens();
        ada.refused(401, ProblemCode.UNAUTHENTICATED, () -> ada.accounts.getMe());
        ada = logIn(NAME);
        ada.accounts.eraseMe();
        ada.refused(401, ProblemCode.UNAUTHENTICATED, () -> ada.accounts.getMe());
    }

    private void allProblems() {
        Set<ProblemCode> missing = EnumSet.complementOf(EnumSet.copyOf(Client.PROBLEMS));
        equal(OUT_OF_REACH, missing);
    }

    private Turn ended(Turn opened) throws Exception {
        while (true) {
            Turn turn = complete(ada.turns.getTurn(opened.getTurnId()));
            if (turn.getEndedAt() != null) {
                return turn;
            }
            Thread.sleep(50);
        }
    }

    private static ChatRequest message(String text) {
        return new ChatRequest().message(text);
    }

    private Turn send(ChatRequest request) throws Exception {
        return complete(ada.turns.sendMessage(request, null, null));
    }

    private Client logIn(String username) throws Exception {
        AccessToken token =
                complete(
                        stranger.accounts.login(
                                new LoginRequest().username(username).password(PASSWORD)));
        equal("Bearer", token.getTokenType());
        return new Client(url, token.getAccessToken());
    }

    private String invitation() throws Exception {
        return complete(admin.administration.createInvitation(new InviteRequest().days(1)))
                .getCode();
    }

    private interface Step {
        void run() throws Exception;
    }
}
