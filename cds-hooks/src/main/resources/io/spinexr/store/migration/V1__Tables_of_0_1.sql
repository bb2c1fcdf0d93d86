-- The tables as the first version made them, without a record of having done so: what is there
-- already stays. One dialect for H2 and PostgreSQL, as in every migration.
--
-- Remembered orders, which studies they found, what became of each study, the jobs of db-scheduler,
-- the cards that were issued and what clinicians said of them, and used client tokens.
--
-- Personal data: imaging_order.content holds what is needed to find the patient's images and to
-- notice when they are another person's (identifiers, birth date, sex, accession number; no name).
-- study_analysis and order_study name studies by UID; study_analysis.patient is a hash.

create table if not exists imaging_order (
  order_key varchar(32) not null primary key,
  content varchar(1000000) not null,
  state varchar(16) not null,
  reason varchar(1000),
  notices varchar(200) not null,
  created_at timestamp with time zone not null,
  requested_at timestamp with time zone not null,
  searched_at timestamp with time zone,
  changed_at timestamp with time zone,
  polls integer not null
);
create index if not exists imaging_order_state on imaging_order (state);

create table if not exists order_study (
  order_key varchar(32) not null,
  study_uid varchar(64) not null,
  study_instances integer not null,
  radiographs integer not null,
  own boolean not null,
  primary key (order_key, study_uid)
);
create index if not exists order_study_study on order_study (study_uid);

create table if not exists known_model_set (
  model_set varchar(160) not null primary key,
  members_sha256 varchar(64) not null
);

create table if not exists study_analysis (
  study_uid varchar(64) not null,
  model_set varchar(160) not null,
  order_key varchar(32) not null,
  patient varchar(64) not null,
  radiographs integer not null,
  request integer not null,
  attempts integer not null,
  state varchar(16) not null,
  reason varchar(1000),
  priority integer not null,
  triage varchar(16),
  abnormal boolean,
  probability double precision,
  study_date date,
  description varchar(1000) not null,
  requested_at timestamp with time zone not null,
  analysed_at timestamp with time zone,
  failed_at timestamp with time zone,
  findings varchar(1000000),
  report varchar(200),
  primary key (study_uid, model_set)
);
create index if not exists study_analysis_worklist on study_analysis (model_set, priority);
create index if not exists study_analysis_patient on study_analysis (patient, model_set);

create table if not exists order_job (
  task_name varchar(250) not null,
  task_instance varchar(250) not null,
  task_data bytea,
  execution_time timestamp with time zone,
  picked boolean not null,
  picked_by varchar(250),
  last_success timestamp with time zone,
  last_failure timestamp with time zone,
  consecutive_failures integer,
  last_heartbeat timestamp with time zone,
  version bigint not null,
  priority smallint,
  state varchar(250),
  primary key (task_name, task_instance)
);
create index if not exists order_job_execution_time on order_job (execution_time);
create index if not exists order_job_last_heartbeat on order_job (last_heartbeat);

create table if not exists analysis_job (
  task_name varchar(250) not null,
  task_instance varchar(250) not null,
  task_data bytea,
  execution_time timestamp with time zone,
  picked boolean not null,
  picked_by varchar(250),
  last_success timestamp with time zone,
  last_failure timestamp with time zone,
  consecutive_failures integer,
  last_heartbeat timestamp with time zone,
  version bigint not null,
  priority smallint,
  state varchar(250),
  primary key (task_name, task_instance)
);
create index if not exists analysis_job_priority on analysis_job (priority desc, execution_time asc);
create index if not exists analysis_job_execution_time on analysis_job (execution_time);
create index if not exists analysis_job_last_heartbeat on analysis_job (last_heartbeat);

create table if not exists cds_card (
  uuid varchar(36) primary key,
  service varchar(100) not null,
  study_uid varchar(64) not null,
  model_set varchar(200) not null,
  issued_at timestamp with time zone not null
);

create table if not exists cds_feedback (
  id varchar(64) primary key,
  service varchar(100) not null,
  card varchar(36) not null,
  outcome varchar(10) not null,
  suggestions varchar(2000) not null,
  reason_code varchar(200),
  reason_system varchar(200),
  user_comment varchar(4000),
  outcome_at timestamp with time zone not null,
  received_at timestamp with time zone not null
);

create table if not exists cds_token (
  id varchar(64) primary key,
  expires_at timestamp with time zone not null
);
