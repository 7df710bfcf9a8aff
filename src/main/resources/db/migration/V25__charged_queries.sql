-- What a turn was charged, in queries. The default is what every turn cost before, and what a replica of the version before writes.
alter table charges add column queries integer not null default 1;
comment on column charges.queries is 'the price of the agent when the turn was opened; 0 for a free agent';
