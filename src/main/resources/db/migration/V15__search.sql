-- Whose a message is, so that one's own can be searched without looking at anybody else's.
alter table messages add column user_id uuid;
update messages set user_id = conversations.user_id from conversations where conversations.id = messages.conversation_id;
alter table messages alter column user_id set not null;

-- A replica of the release before does not know the column; while it runs beside a newer one, this knows it in its place.
create function user_of_message() returns trigger language plpgsql as $$
begin
    select user_id into new.user_id from conversations where id = new.conversation_id;
    return new;
end $$;
create trigger messages_user before insert on messages for each row when (new.user_id is null)
    execute function user_of_message();
