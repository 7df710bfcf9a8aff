// Uses Parley as its users do, through the generated client alone: node scenario.js URL
import { deepStrictEqual as equal, notEqual, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Client, complete, header, items, problems, refused } from './client';
import * as parley from './generated';
import { ProblemCode, TaskStatus, TurnStatus } from './generated';

const url = process.argv[2] ?? '';
const username = 'typescript-ada';
const password = 'correct horse';

/** Problems that no request alone brings about: what is not served, breaks or waits. */
const outOfReach: ProblemCode[] = [
    // Another setting than this Parley has
    ProblemCode.RegistrationClosed,
    // A generated client sends the methods of the document, and its body at once
    ProblemCode.MethodNotAllowed,
    ProblemCode.RequestTimeout,
    // The server, its database or all its turns would have to break
    ProblemCode.InternalError,
    ProblemCode.DatabaseUnavailable,
    ProblemCode.Overloaded,
    ProblemCode.TurnInterrupted,
];

const stranger = new Client(url);
let admin: Client;
let ada: Client;
let adaId: string;

async function main(): Promise<void> {
    await step('register', register);
    await step('log in', logIn);
    await step('account', account);
    await step('chat', chat);
    await step('chat later', chatLater);
    await step('events', events);
    await step('turns without a reply', turnsWithoutReply);
    await step('queue', queue);
    await step('approvals', approvals);
    await step('conversations', conversations);
    await step('tasks', tasks);
    await step('preferences', preferences);
    await step('skills and trainings', skillsAndTrainings);
    await step('agents', agents);
    await step('surveys and feedback', surveysAndFeedback);
    await step('notifications and dashboard', notificationsAndDashboard);
    await step('quota', quota);
    await step('administration', administration);
    await step('rate limit', rateLimit);
    await step('bounds of a request', boundsOfRequest);
    await step('export and erasure', exportAndErasure);
    await step('all problems', allProblems);
    console.log(`  typescript: passed, with ${problems.size} kinds of problems`);
}

async function step(name: string, run: () => Promise<void>): Promise<void> {
    console.log(`  typescript: ${name}`);
    await run();
}

async function register(): Promise<void> {
    admin = await loggedIn('admin');
    const request = { username, email: `${username}@example.org`, password };
    await refused(403, ProblemCode.InvitationRequired, stranger.accounts.register({ registerRequest: request }));
    const registerRequest = { ...request, invitation: await invitation() };
    const registered = await stranger.accounts.registerRaw({ registerRequest });
    equal(registered.raw.status, 201);
    equal(registered.raw.headers.get('Location'), '/api/auth/me');
    const account = complete(await registered.value(), parley.instanceOfAccount);
    equal(account.username, username);
    equal(account.roles, ['user']);
    adaId = account.id;

    registerRequest.invitation = await invitation();
    await refused(409, ProblemCode.AlreadyExists, stranger.accounts.register({ registerRequest }));
    registerRequest.username = '?';
    registerRequest.password = 'short';
    const problem = await refused(400, ProblemCode.InvalidRequest, stranger.accounts.register({ registerRequest }));
    equal(new Set(problem.errors?.map(({ field }) => field)), new Set(['username', 'password']));
}

async function logIn(): Promise<void> {
    ada = await loggedIn(username);
    const loginRequest = { username, password: 'incorrect horse' };
    await refused(401, ProblemCode.Unauthenticated, stranger.accounts.login({ loginRequest }));
    await refused(401, ProblemCode.Unauthenticated, stranger.accounts.getMe());
}

async function account(): Promise<void> {
    equal(complete(await ada.accounts.getAccount(), parley.instanceOfAccount).id, adaId);
    equal(complete(await ada.accounts.updateMe({ updateMeRequest: { temperature: 0.5 } }), parley.instanceOfMe).temperature, 0.5);
    equal(complete(await ada.accounts.getMe(), parley.instanceOfMe).temperature, 0.5);
    equal((await ada.accounts.updateMe({ updateMeRequest: { temperature: null } })).temperature, undefined);
}

async function chat(): Promise<void> {
    const idempotencyKey = 'key';
    const turn = await send({ message: 'Hello?' }, { idempotencyKey });
    equal(turn.status, TurnStatus.Succeeded);
    equal(turn.agentType, 'assistant');
    equal(turn.reply?.content, 'Hello.');
    equal(turn.finishReason, parley.FinishReason.Stop);
    equal((await send({ message: 'Hello?' }, { idempotencyKey })).turnId, turn.turnId);
    await refused(422, ProblemCode.IdempotencyKeyReused, send({ message: 'Goodbye.' }, { idempotencyKey }));
}

async function chatLater(): Promise<void> {
    const accepted = await ada.turns.sendMessageRaw({ chatRequest: { message: 'Hello?' }, prefer: 'respond-async' });
    equal(accepted.raw.status, 202);
    const opened = complete(await accepted.value(), parley.instanceOfTurn);
    equal(accepted.raw.headers.get('Location'), `/api/turns/${opened.turnId}`);
    equal(accepted.raw.headers.get('Preference-Applied'), 'respond-async');
    const turn = await ended(opened);
    equal(turn.status, TurnStatus.Succeeded);
    equal(turn.reply?.content, 'Hello.');
}

async function events(): Promise<void> {
    const turn = await send({ message: 'What are my tasks?', agentType: 'offline' });
    const stream = await ada.turns.followTurn({ id: turn.turnId });
    const events = stream
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => parley.TurnEventFromJSON(JSON.parse(line.slice('data:'.length))));
    const types = events.map(({ type }) => type);
    equal(types.filter((type, index) => types.indexOf(type) === index), [
        'turn.opened',
        'tool.called',
        'tool.returned',
        'reply.delta',
        'turn.succeeded',
    ]);
    for (const event of events) {
        switch (event.type) {
            case 'turn.opened':
                complete(event, parley.instanceOfTurnOpenedEvent);
                break;
            case 'tool.called':
                complete(event, parley.instanceOfToolCalledEvent);
                break;
            case 'tool.returned':
                complete(event, parley.instanceOfToolReturnedEvent);
                break;
            case 'reply.delta':
                complete(event, parley.instanceOfReplyDeltaEvent);
                break;
            case 'agent.delegated':
            case 'approval.asked':
            case 'approval.decided':
            case 'message.joined':
                throw new Error(`${event.type} in a turn without workers, approvals and steering`);
            default:
                equal(complete(event, parley.instanceOfTurnEndedEvent).reply, turn.reply);
        }
    }
}

async function approvals(): Promise<void> {
    const task = await ada.tasks.createTask({ createTaskRequest: { title: 'Sweep' } });
    const turn = await send({ message: 'Delete sweep', agentType: 'offline' });
    equal(turn.status, TurnStatus.Waiting);
    const [asked] = items(await ada.approvals.listApprovals(), parley.instanceOfApprovalPage, parley.instanceOfApproval);
    ok(asked);
    equal(asked.turnId, turn.turnId);
    equal(asked.arguments, { id: task.id });
    await refused(409, ProblemCode.ConversationWaiting, send({ message: 'Hello?', conversationId: turn.conversationId }));
    const call = { id: turn.turnId, step: asked.step };
    const approved = await ada.approvals.approveStep({ ...call, approveRequest: {}, ifMatch: `"${asked.argumentsHash}"` });
    equal(approved.status, parley.ApprovalStatus.Approved);
    await refused(409, ProblemCode.AlreadyDecided, ada.approvals.denyStep({ ...call, denyRequest: { reason: 'No.' } }));
    equal((await ended(turn)).status, TurnStatus.Succeeded);
    await refused(404, ProblemCode.NotFound, ada.tasks.getTask({ id: task.id }));

    const late = await send({ message: 'Remember that my home is Oslo', agentType: 'offline' });
    await setTimeout(1_000);
    await refused(410, ProblemCode.ApprovalExpired, ada.approvals.approveStep({ id: late.turnId, step: '1', approveRequest: {} }));
    equal((await ended(late)).status, TurnStatus.Succeeded);
}

async function turnsWithoutReply(): Promise<void> {
    const running = await send({ message: 'Say nothing.' }, { prefer: 'respond-async' });
    const { conversationId } = running;
    await refused(409, ProblemCode.ConversationBusy, send({ message: 'Hello?', conversationId }));
    await refused(409, ProblemCode.ConversationBusy, ada.conversations.deleteConversation({ id: conversationId }));
    complete(await ada.turns.cancelTurn({ id: running.turnId }), parley.instanceOfTurn);
    const cancelled = await ended(running);
    equal(cancelled.status, TurnStatus.Cancelled);
    equal(cancelled.error?.code, ProblemCode.TurnCancelled);

    const waiting = refused(409, ProblemCode.TurnCancelled, send({ message: 'Say nothing.', conversationId }));
    const latest = { id: conversationId, limit: 1, order: parley.ListTurnsOrderEnum.Desc };
    while ((await ada.turns.listTurns(latest)).data[0]?.status !== TurnStatus.Running) {
        await setTimeout(50);
    }
    const next = await send({ message: 'Hello?', conversationId, whenBusy: parley.WhenBusy.CancelRunning });
    equal(next.status, TurnStatus.Succeeded);
    ok((await waiting).turnId);

    await refused(502, ProblemCode.AgentFailed, send({ message: 'Fail.' }));
    await refused(503, ProblemCode.AgentUnavailable, send({ message: 'Be busy.' }));
    await refused(504, ProblemCode.AgentTimeout, send({ message: 'Say nothing.' }));
}

async function queue(): Promise<void> {
    const running = await send({ message: 'Say nothing.' }, { prefer: 'respond-async' });
    const { conversationId: id } = running;
    const next = { message: 'Hello?', conversationId: id, whenBusy: parley.WhenBusy.Enqueue };
    const idempotencyKey = 'queue';
    const { turnId } = await send(next, { idempotencyKey, prefer: 'respond-async' });
    const edited = await ada.turns.editQueuedTurn({ id, turnId, editQueuedTurnRequest: { message: 'Hello again?' } });
    equal(complete(edited, parley.instanceOfQueuedTurn).message, 'Hello again?');
    const [queued] = items(await ada.turns.listQueue({ id }), parley.instanceOfQueuedTurnPage, parley.instanceOfQueuedTurn);
    equal(queued?.turnId, turnId);
    equal(queued?.ahead, 1);
    await observe(running);
    await ada.turns.removeQueuedTurn({ id, turnId });
    await refused(409, ProblemCode.TurnRemoved, send(next, { idempotencyKey }));
    await refused(409, ProblemCode.TurnNotQueued, ada.turns.removeQueuedTurn({ id, turnId: running.turnId }));
    complete(await ada.turns.cancelTurn({ id: running.turnId }), parley.instanceOfTurn);
}

async function observe({ turnId: id }: parley.Turn): Promise<void> {
    const { administration } = admin;
    await refused(403, ProblemCode.Forbidden, ada.administration.observeTurn({ id }));
    const running = await administration.listUnfinishedTurns({ limit: 100, status: parley.ListUnfinishedTurnsStatusEnum.Running });
    ok(items(running, parley.instanceOfObservedTurnPage, parley.instanceOfObservedTurn).some((turn) => turn.turnId === id));
    const observed = complete(await administration.observeTurn({ id }), parley.instanceOfObservedTurn);
    equal(observed.username, username);
    equal(observed.timeline?.[0]?.kind, parley.TimelineKind.Opened);
    const metrics = complete(await administration.getMetrics(), parley.instanceOfMetricsHistory);
    equal(metrics.series.turnsInFlight.length, metrics.times.length);
}

async function conversations(): Promise<void> {
    const { conversationId: id } = await send({ message: 'Hello, zebra?' });
    const read = await ada.conversations.getConversationRaw({ id });
    const conversation = complete(await read.value(), parley.instanceOfConversation);
    equal(conversation.title, 'Hello, zebra?');
    equal(conversation.messageCount, 2);
    equal(complete(await ada.conversations.getSummary({ id }), parley.instanceOfSummary).messageCount, 0);
    await refused(403, ProblemCode.SummariesOff, ada.conversations.summarizeConversation({ id }));
    await ada.conversations.deleteSummary({ id });
    const ifMatch = read.raw.headers.get('ETag') ?? '';
    const rename = { id, renameConversationRequest: { title: 'Zebras' } };
    await refused(428, ProblemCode.PreconditionRequired, ada.conversations.renameConversation(rename));
    const renamed = await ada.conversations.renameConversationRaw({ ...rename, ifMatch });
    equal(complete(await renamed.value(), parley.instanceOfConversation).title, 'Zebras');
    notEqual(renamed.raw.headers.get('ETag'), ifMatch);
    await refused(412, ProblemCode.VersionConflict, ada.conversations.renameConversation({ ...rename, ifMatch }));

    const pinned = async () => items(await ada.conversations.listConversations({ pinned: true }), parley.instanceOfConversationPage, parley.instanceOfConversation);
    await ada.conversations.pinConversation({ id });
    equal((await pinned()).map((pin) => [pin.id, pin.pinnedAt instanceof Date]), [[id, true]]);
    await ada.conversations.unpinConversation({ id });
    equal((await pinned()).length, 0);

    const page = await ada.conversations.listConversations({ limit: 1 });
    equal(items(page, parley.instanceOfConversationPage, parley.instanceOfConversation)[0]?.id, id);
    const cursor = page.nextCursor ?? '';
    ok(items(await ada.conversations.listConversations({ cursor }), parley.instanceOfConversationPage, parley.instanceOfConversation).length > 0);
    const messages = items(await ada.conversations.listMessages({ id }), parley.instanceOfMessagePage, parley.instanceOfMessage);
    equal(messages.map(({ role }) => role), [parley.MessageRole.User, parley.MessageRole.Assistant]);
    equal(items(await ada.turns.listTurns({ id }), parley.instanceOfTurnPage, parley.instanceOfTurn).length, 1);
    const hits = items(await ada.conversations.searchMessages({ q: 'zebra' }), parley.instanceOfSearchHitPage, parley.instanceOfSearchHit);
    equal(hits[0]?.conversationId, id);
    await ada.conversations.deleteConversation({ id });
    await refused(404, ProblemCode.NotFound, ada.conversations.getConversation({ id }));
}

async function tasks(): Promise<void> {
    const create = (createTaskRequest: parley.CreateTaskRequest) => ada.tasks.createTaskRaw({ createTaskRequest });
    const list = async (request: parley.ListTasksRequest) => {
        const page = await ada.tasks.listTasks(request);
        return { titles: items(page, parley.instanceOfTaskPage, parley.instanceOfTask).map(({ title }) => title), nextCursor: page.nextCursor };
    };
    const dueOn = new Date(2026, 11, 24);
    const created = await create({ title: 'Buy milk', description: 'Two litres', dueOn, priority: parley.TaskPriority.High });
    equal(created.raw.status, 201);
    const milk = complete(await created.value(), parley.instanceOfTask);
    const { id } = milk;
    equal(created.raw.headers.get('Location'), `/api/tasks/${id}`);
    equal(milk.status, TaskStatus.Pending);
    equal(milk.priority, parley.TaskPriority.High);
    equal(milk.dueOn, dueOn);
    equal(await ada.tasks.getTask({ id }), milk);

    let changed = await ada.tasks.updateTask({ id, updateTaskRequest: { status: TaskStatus.Completed } });
    equal(complete(changed, parley.instanceOfTask).status, TaskStatus.Completed);
    equal(changed.description, 'Two litres');
    changed = await ada.tasks.updateTask({ id, updateTaskRequest: { description: null, dueOn: null } });
    equal(complete(changed, parley.instanceOfTask).description, undefined);
    equal(changed.dueOn, undefined);

    await create({ title: 'Buy bread' });
    await create({ title: 'Buy cheese' });
    await refused(409, ProblemCode.LimitReached, create({ title: 'Buy wine' }));
    const page = await list({ limit: 1, status: TaskStatus.Pending });
    equal(page.titles, ['Buy cheese']);
    const cursor = page.nextCursor ?? '';
    equal(await list({ cursor, limit: 1, status: TaskStatus.Pending }), { titles: ['Buy bread'], nextCursor: null });
    equal((await list({ status: TaskStatus.Completed })).titles, ['Buy milk']);

    const problem = await refused(400, ProblemCode.InvalidRequest, create({ title: ' ' }));
    equal(problem.errors?.[0]?.field, 'title');
    await ada.tasks.deleteTask({ id });
    await refused(404, ProblemCode.NotFound, ada.tasks.getTask({ id }));
}

async function preferences(): Promise<void> {
    const key = 'colour';
    equal(complete(await ada.profile.putPreference({ key, putPreferenceRequest: { value: 'green' } }), parley.instanceOfPreference).value, 'green');
    equal(complete(await ada.profile.getPreference({ key }), parley.instanceOfPreference).value, 'green');
    equal(items(await ada.profile.listPreferences(), parley.instanceOfPreferencePage, parley.instanceOfPreference).length, 1);
    await ada.profile.deletePreference({ key });
    await refused(404, ProblemCode.NotFound, ada.profile.getPreference({ key }));
}

async function skillsAndTrainings(): Promise<void> {
    const name = 'C#/.NET';
    await admin.administration.putCatalogueSkill({ name });
    equal(items(await ada.profile.listCatalogueSkills(), parley.instanceOfSkillPage, parley.instanceOfSkill), [{ name }]);
    equal(complete(await ada.profile.putSkill({ name, putSkillRequest: { level: 3 } }), parley.instanceOfUserSkill).level, 3);
    equal(items(await ada.profile.listSkills(), parley.instanceOfUserSkillPage, parley.instanceOfUserSkill)[0]?.name, name);

    const createTrainingRequest = { skill: name, title: 'Read', nextStep: 'Chapter 1' };
    let training = complete(await ada.profile.createTraining({ createTrainingRequest }), parley.instanceOfTraining);
    const { id } = training;
    equal(training.status, parley.TrainingStatus.Planned);
    const status = parley.TrainingStatus.InProgress;
    training = await ada.profile.updateTraining({ id, updateTrainingRequest: { status, nextStep: null } });
    equal(complete(training, parley.instanceOfTraining).nextStep, undefined);
    equal(await ada.profile.getTraining({ id }), training);
    equal(items(await ada.profile.listTrainings({ skill: name, status }), parley.instanceOfTrainingPage, parley.instanceOfTraining), [training]);
    await ada.profile.deleteTraining({ id });
    await ada.profile.removeSkill({ name });
    await admin.administration.removeCatalogueSkill({ name });
    await refused(404, ProblemCode.NotFound, ada.profile.getTraining({ id }));
}

async function agents(): Promise<void> {
    const agentType = 'news';
    await refused(403, ProblemCode.Forbidden, send({ message: 'What is new?', agentType }));
    ok(items(await ada.agents.listAgents(), parley.instanceOfAgentPage, parley.instanceOfAgent).some(({ requiresHiring }) => requiresHiring));
    equal(complete(await ada.agents.hireAgent({ agentType }), parley.instanceOfHiredAgent).agentType, agentType);
    equal(items(await ada.agents.listHiredAgents(), parley.instanceOfHiredAgentPage, parley.instanceOfHiredAgent).length, 1);
    equal((await send({ message: 'What is new?', agentType })).status, TurnStatus.Succeeded);
    await ada.agents.dismissAgent({ agentType });
}

async function surveysAndFeedback(): Promise<void> {
    const [survey] = items(await ada.feedback.listSurveys(), parley.instanceOfSurveyPage, parley.instanceOfSurvey);
    ok(survey);
    const { name } = survey;
    const kinds = survey.questions.map((question) => [complete(question, parley.instanceOfQuestion).key, question.kind]);
    equal(Object.fromEntries(kinds), { comment: 'text', overall: 'scale', recommend: 'choice' });
    const answers = { comment: 'Good', overall: 5, recommend: 'yes' };
    const answered = await ada.feedback.answerSurvey({ answerSurveyRequest: { name, answers } });
    equal(complete(answered, parley.instanceOfSurveyAnswers).answers, answers);
    ok(items(await admin.administration.countSurveyAnswers({ name }), parley.instanceOfSurveyCountPage, parley.instanceOfSurveyCount).length > 0);

    const messageId = (await send({ message: 'Hello?' })).reply?.id ?? '';
    const rate = async (rateReplyRequest: parley.RateReplyRequest) =>
        complete(await ada.feedback.rateReply({ rateReplyRequest }), parley.instanceOfFeedback);
    equal((await rate({ messageId, rating: parley.Rating.Up, reason: 'Short' })).reason, 'Short');
    equal((await rate({ messageId, rating: parley.Rating.Down })).reason, undefined);
    ok(complete(await admin.administration.countFeedback(), parley.instanceOfFeedbackCounts).down > 0);
}

async function notificationsAndDashboard(): Promise<void> {
    const request = { kind: parley.NotificationKind.TaskDue, limit: 10, since: new Date(Date.now() - 86_400_000), unread: true };
    items(await ada.notifications.listNotifications(request), parley.instanceOfNotificationPage, parley.instanceOfNotification);
    complete(await ada.notifications.markAllNotificationsRead(), parley.instanceOfNotificationsRead);
    await refused(404, ProblemCode.NotFound, ada.notifications.markNotificationRead({ id: randomUUID() }));
    const dashboard = complete(await ada.dashboard.getDashboard(), parley.instanceOfDashboard);
    equal(complete(dashboard.tasks, parley.instanceOfTaskCounts).total, 2);
}

async function quota(): Promise<void> {
    ok(complete(await ada.quota.getQuota(), parley.instanceOfQuota).used > 0);
    equal((await assignPlan('small')).plan, 'small');
    await refused(429, ProblemCode.QuotaExhausted, send({ message: 'Hello?' }));
}

async function administration(): Promise<void> {
    const { administration } = admin;
    await refused(403, ProblemCode.Forbidden, ada.administration.listUsers());
    equal(items(await administration.listUsers({ username }), parley.instanceOfAccountPage, parley.instanceOfAccount)[0]?.id, adaId);
    equal(complete(await administration.getUser({ id: adaId }), parley.instanceOfAccount).id, adaId);
    complete(await administration.reconcileQuotas(), parley.instanceOfReconciliation);
    const { id } = complete(await administration.createInvitation({ inviteRequest: {} }), parley.instanceOfCreatedInvitation);
    ok(items(await administration.listInvitations(), parley.instanceOfOpenInvitationPage, parley.instanceOfOpenInvitation).length > 0);
    await administration.revokeInvitation({ id });

    const disabled = await administration.updateUser({ id: adaId, updateUserRequest: { disabled: true } });
    equal(complete(disabled, parley.instanceOfAccount).disabled, true);
    await refused(403, ProblemCode.AccountDisabled, loggedIn(username));
    await administration.updateUser({ id: adaId, updateUserRequest: { disabled: false } });
    await refused(409, ProblemCode.LastAdmin, admin.accounts.eraseMe());
}

async function rateLimit(): Promise<void> {
    await assignPlan('slow');
    ada = await loggedIn(username);
    const untilRefused = async () => {
        for (;;) {
            await send({ message: 'Hello?' });
        }
    };
    await refused(429, ProblemCode.RateLimited, untilRefused());
}

async function boundsOfRequest(): Promise<void> {
    await refused(413, ProblemCode.TooLarge, send({ message: 'x'.repeat(300_000) }));
    await refused(414, ProblemCode.UriTooLong, ada.tasks.listTasks({ cursor: 'x'.repeat(10_000) }));
    // What a generated client does not do by itself
    await refused(406, ProblemCode.NotAcceptable, ada.tasks.listTasks({}, header('Accept', 'image/png')));
    await refused(415, ProblemCode.UnsupportedMediaType, ada.tasks.createTask({ createTaskRequest: { title: 'Buy milk' } }, header('Content-Type', 'text/plain')));
    await refused(431, ProblemCode.HeadersTooLarge, ada.tasks.listTasks({}, header('X-Large', 'x'.repeat(20_000))));
}

async function exportAndErasure(): Promise<void> {
    ok('tasks' in (await ada.accounts.exportMe()));
    await ada.accounts.endTokens();
    await refused(401, ProblemCode.Unauthenticated, ada.accounts.getMe());
    ada = await loggedIn(username);
    await ada.accounts.eraseMe();
    await refused(401, ProblemCode.Unauthenticated, ada.accounts.getMe());
}

async function allProblems(): Promise<void> {
    equal(Object.values(ProblemCode).filter((code) => !problems.has(code)).sort(), outOfReach.sort());
}

async function loggedIn(username: string): Promise<Client> {
    const token = complete(await stranger.accounts.login({ loginRequest: { username, password } }), parley.instanceOfAccessToken);
    equal(token.tokenType, 'Bearer');
    return new Client(url, token.accessToken);
}

async function invitation(): Promise<string> {
    const invitation = await admin.administration.createInvitation({ inviteRequest: { days: 1 } });
    return complete(invitation, parley.instanceOfCreatedInvitation).code;
}

async function assignPlan(plan: string): Promise<parley.PlanQuota> {
    return complete(await admin.administration.assignPlan({ id: adaId, assignPlanRequest: { plan } }), parley.instanceOfPlanQuota);
}

async function send(chatRequest: parley.ChatRequest, headers: Omit<parley.SendMessageRequest, 'chatRequest'> = {}): Promise<parley.Turn> {
    return complete(await ada.turns.sendMessage({ chatRequest, ...headers }), parley.instanceOfTurn);
}

async function ended(opened: parley.Turn): Promise<parley.Turn> {
    for (;;) {
        const turn = complete(await ada.turns.getTurn({ id: opened.turnId }), parley.instanceOfTurn);
        if (turn.endedAt) {
            return turn;
        }
        await setTimeout(50);
    }
}

main().catch((failure: unknown) => {
    console.error(failure);
    process.exitCode = 1;
});
