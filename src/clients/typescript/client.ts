import { deepStrictEqual as equal, fail, ok } from 'node:assert/strict';
import * as parley from './generated';

/** The codes of all problems so far. */
export const problems = new Set<parley.ProblemCode>();

/** The generated client of one user. */
export class Client {
    readonly accounts: parley.AccountsApi;
    readonly administration: parley.AdministrationApi;
    readonly agents: parley.AgentsApi;
    readonly approvals: parley.ApprovalsApi;
    readonly conversations: parley.ConversationsApi;
    readonly dashboard: parley.DashboardApi;
    readonly feedback: parley.FeedbackApi;
    readonly notifications: parley.NotificationsApi;
    readonly profile: parley.ProfileApi;
    readonly quota: parley.QuotaApi;
    readonly tasks: parley.TasksApi;
    readonly turns: parley.TurnsApi;

    /** Without a token, a client that sends none. */
    constructor(url: string, token = '') {
        const configuration = new parley.Configuration({ basePath: url, accessToken: token });
        this.accounts = new parley.AccountsApi(configuration);
        this.administration = new parley.AdministrationApi(configuration);
        this.agents = new parley.AgentsApi(configuration);
        this.approvals = new parley.ApprovalsApi(configuration);
        this.conversations = new parley.ConversationsApi(configuration);
        this.dashboard = new parley.DashboardApi(configuration);
        this.feedback = new parley.FeedbackApi(configuration);
        this.notifications = new parley.NotificationsApi(configuration);
        this.profile = new parley.ProfileApi(configuration);
        this.quota = new parley.QuotaApi(configuration);
        this.tasks = new parley.TasksApi(configuration);
        this.turns = new parley.TurnsApi(configuration);
    }
}

/** Fails unless the operation is refused with this problem. */
export async function refused(status: number, code: parley.ProblemCode, operation: Promise<unknown>): Promise<parley.Problem> {
    const error = await operation.then(
        () => fail(`accepted where ${code} is expected`),
        (reason: unknown) => reason,
    );
    if (!(error instanceof parley.ResponseError)) {
        throw error;
    }
    const { response } = error;
    const problem = complete(parley.ProblemFromJSON(await response.json()), parley.instanceOfProblem);
    equal(problem.code, code);
    equal(problem.status, status);
    equal(response.status, status);
    equal(response.headers.get('Content-Type'), 'application/problem+json');
    if (status === 429 || status === 503) {
        ok(Number(response.headers.get('Retry-After')) > 0, 'no Retry-After');
    }
    problems.add(code);
    return problem;
}

/** Returns the model; fails if the model lacks a field that the document requires. */
export function complete<T extends object>(model: T, isComplete: (model: object) => boolean): T {
    ok(isComplete(model), `not complete: ${JSON.stringify(model)}`);
    for (const value of Object.values(model)) {
        ok(!(value instanceof Date) || !Number.isNaN(value.getTime()), `no valid time: ${JSON.stringify(model)}`);
    }
    return model;
}

/** Returns the items of the page; fails if the page or an item lacks a field that the document requires. */
export function items<T extends object>(
    page: { data: T[]; nextCursor: string | null },
    isCompletePage: (page: object) => boolean,
    isComplete: (item: object) => boolean,
): T[] {
    return complete(page, isCompletePage).data.map((item) => complete(item, isComplete));
}

/** Replaces a header of a request. */
export function header(name: string, value: string): parley.InitOverrideFunction {
    return async ({ init }) => ({ ...init, headers: { ...init.headers, [name]: value } });
}
