-- Where results are brought, and how far that is: one row for each study, model set and output.
--
-- request counts up whenever the output has something to do; touched tells that something may have
-- reached it, so that a withdrawal has to.
create table result_output (
  study_uid varchar(64) not null,
  model_set varchar(160) not null,
  output varchar(32) not null,
  state varchar(16) not null,
  request integer not null,
  touched boolean not null,
  reason varchar(1000),
  asked_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  primary key (study_uid, model_set, output)
);
create index result_output_state on result_output (output, state);

-- What outputs are given of a result.
--
-- Personal data: the patient's identifiers, name, birth date and sex, orders, and the annotated
-- images. A row goes as soon as no output waits for it.
create table result_document (
  study_uid varchar(64) not null,
  model_set varchar(160) not null,
  document text not null,
  primary key (study_uid, model_set)
);

-- The version before kept no account of what it wrote where: any withdrawal goes everywhere, but
-- only of our own record it is known that the report is there.
insert into result_output
  (study_uid, model_set, output, state, request, touched, asked_at, changed_at)
select a.study_uid, a.model_set, o.output,
  case when a.state = 'WITHDRAWN' then 'withdrawn'
    when a.report is null or o.output <> 'record' then 'dropped' else 'written' end,
  1, true, a.requested_at, a.requested_at
from study_analysis a, (select 'record' as output union all select 'ehr') o;
