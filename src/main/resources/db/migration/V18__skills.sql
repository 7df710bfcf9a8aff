-- A skill without a user is the operator's: the catalogue shows it to everybody. A skill with a user is that user's own words.
alter table skills add column user_id uuid references accounts (id);
drop index skills_name;
create unique index skills_of_catalogue on skills (lower(name)) where user_id is null;
create unique index skills_of_user on skills (user_id, lower(name)) where user_id is not null;

-- Until now only users typed names, so no name is the operator's. Each user keeps a copy of the names in use.
create temporary table own_skills on commit drop as
    select gen_random_uuid() as id, used.user_id, used.skill_id, skills.name
    from (select user_id, skill_id from user_skills union select user_id, skill_id from trainings) as used
    join skills on skills.id = used.skill_id;
insert into skills (id, user_id, name) select id, user_id, name from own_skills;
update user_skills set skill_id = own.id from own_skills as own
    where own.user_id = user_skills.user_id and own.skill_id = user_skills.skill_id;
update trainings set skill_id = own.id from own_skills as own
    where own.user_id = trainings.user_id and own.skill_id = trainings.skill_id;
delete from skills where user_id is null;

-- An export reads the user's skills in the order of the ids.
create index skills_by_user on skills (user_id, id) where user_id is not null;
