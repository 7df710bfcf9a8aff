-- What a model has written about the messages of a conversation that agents no longer read.
create table conversation_summaries (
    conversation_id  uuid        primary key references conversations (id) on delete cascade,
    content          text,
    messages         integer     not null default 0,
    through_position integer     not null default 0,
    updated_at       timestamptz,
    step_id          uuid        not null,
    claimed_at       timestamptz not null,
    claimed_until    timestamptz,
    failed_at        timestamptz
);
comment on column conversation_summaries.content is 'null until the first step has ended';
comment on column conversation_summaries.messages is 'how many messages the summary stands for';
comment on column conversation_summaries.through_position is 'the position of the last of these messages';
comment on column conversation_summaries.step_id is 'the latest step, under which it is charged';
comment on column conversation_summaries.claimed_until is 'null when the latest step has ended; a step that has not ended by then is dead';
comment on column conversation_summaries.failed_at is 'when the latest step failed; null when it succeeded';
