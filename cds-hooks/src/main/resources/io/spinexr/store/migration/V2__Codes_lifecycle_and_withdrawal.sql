-- Codes instead of ordinals, what became of orders and results, and what must not be shown.

-- An unnamed order is one whose EHR gave no id: draft_key tells the same examination of the same
-- patient. An order is confirmed when something beside the signature speaks for it: dispatch, an
-- accession or placer number, its own images.
alter table imaging_order add column draft_key varchar(64);
alter table imaging_order add column confirmed boolean default false not null;
alter table imaging_order add column ended_at timestamp with time zone;
create index imaging_order_draft on imaging_order (draft_key, created_at);
create index imaging_order_created on imaging_order (created_at);
update imaging_order set confirmed = true where order_key in (
  select order_key from order_study where own);
update imaging_order set ended_at = searched_at where state in ('COMPLETE', 'GIVEN_UP');

-- Whose order it is, by the hash of each of the patient's identifiers.
create table order_patient (
  order_key varchar(32) not null,
  patient varchar(64) not null,
  primary key (order_key, patient)
);
create index order_patient_patient on order_patient (patient);

-- stat, asap, urgent or routine
alter table study_analysis add column reading_priority varchar(16) default 'routine' not null;
update study_analysis set reading_priority = case priority
  when 0 then 'stat' when 1 then 'asap' when 2 then 'urgent' else 'routine' end;
drop index study_analysis_worklist;
alter table study_analysis drop column priority;
create index study_analysis_worklist on study_analysis (model_set, reading_priority);
update study_analysis set triage = lower(triage);

-- What people made of the report and the reading Task, by FHIR code; report_status 'deleted' when
-- the report is gone, null when nothing was told yet.
alter table study_analysis add column region varchar(32);
-- Personal data: birth date and sex as the study and its images state them, one a line.
alter table study_analysis add column stated_identity varchar(4000);
alter table study_analysis add column report_status varchar(32);
alter table study_analysis add column interpreted boolean default false not null;
alter table study_analysis add column task_status varchar(32);

-- A withdrawn result leaves this and nothing else.
alter table study_analysis add column withdrawn_at timestamp with time zone;
alter table study_analysis add column withdrawn_by varchar(200);

-- Images that a clinician says are another patient's: hidden until a person decides.
create table study_dispute (
  study_uid varchar(64) not null primary key,
  reported_by varchar(200) not null,
  reported_at timestamp with time zone not null,
  decision varchar(16),
  decided_by varchar(200),
  decided_at timestamp with time zone
);

-- The kill switch (hidden) and the recall of a set.
alter table known_model_set add column hidden_at timestamp with time zone;
alter table known_model_set add column hidden_by varchar(200);
alter table known_model_set add column hidden_reason varchar(1000);
alter table known_model_set add column recalled_at timestamp with time zone;

-- What the EHR last stated of a patient, by hash: only a change is acted on.
create table patient_statement (
  patient varchar(64) not null primary key,
  statement varchar(64) not null,
  stated_at timestamp with time zone not null
);

-- Whose identifier was retired by a merge (by hash), and which one the patient goes by since.
create table patient_merge (
  retired varchar(64) not null primary key,
  surviving_system varchar(1000) not null,
  surviving_value varchar(1000) not null,
  merged_at timestamp with time zone not null
);
