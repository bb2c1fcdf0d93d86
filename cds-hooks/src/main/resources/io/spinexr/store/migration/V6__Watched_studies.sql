-- Studies with a result, which are looked at in the archive again and again: with which images they
-- were analysed (SOP instance UIDs, one a line), when they were last seen there, and since when and
-- in how many searches they were not.
create table study_watch (
  study_uid varchar(64) not null,
  model_set varchar(160) not null,
  instances varchar(1000000) not null,
  followed_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  looks integer not null,
  last_seen timestamp with time zone not null,
  missing_since timestamp with time zone,
  missing_searches integer default 0 not null,
  reported_at timestamp with time zone,
  primary key (study_uid, model_set)
);
create index study_watch_last_seen on study_watch (model_set, last_seen);
