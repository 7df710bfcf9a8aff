-- A migration of its own: in the one that fills the column, PostgreSQL would index the rows as they were before as well, without it.
-- The user's id is a word of the document: the index itself finds a user's own messages with a word, however common it is among others.
-- The first 100,000 characters only, since a document has a limit of its own. New words wait in a short list, so that a turn does not
-- pay for each of them.
create index messages_in_words on messages using gin
    ((array_to_tsvector(array[user_id::text]) || to_tsvector('simple', left(content, 100000))))
    with (fastupdate = on, gin_pending_list_limit = 2048);
