-- How many nodes ended, one after the other, while they were at a job. A row goes when the job ends
-- in any other way.
create table job_death (
  task_name varchar(200) not null,
  task_instance varchar(400) not null,
  deaths integer not null,
  primary key (task_name, task_instance)
);

-- What health writes, to know that anything can be written.
create table database_check (
  id integer not null primary key,
  checked_at timestamp with time zone
);
insert into database_check (id) values (1);
