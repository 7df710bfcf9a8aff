-- What a user thinks of a reply: one each, which may change.
create table feedback (
    user_id    uuid        not null references accounts (id),
    message_id uuid        not null references messages (id) on delete cascade,
    rating     text        not null check (rating in ('up', 'down')),
    reason     text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (user_id, message_id)
);
create index feedback_of_message on feedback (message_id);

-- What a user has answered to a questionnaire of the configuration.
create table survey_answers (
    user_id    uuid        not null references accounts (id),
    survey     text        not null,
    answers    jsonb       not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (user_id, survey)
);
create index survey_answers_of_survey on survey_answers (survey);
