-- Erasures of patients: the record that each was done, and what is still to be done. It stays.
--
-- patient_digest stands for the identifier that was asked for; it is salted and slow to compute,
-- because identifiers are short. overwritten tells that the H2 file was written anew since.
--
-- Personal data: requested_by; scope, which names the patient and goes when the erasure has ended.
create table erasure (
  id varchar(36) not null primary key,
  patient_digest varchar(200) not null,
  requested_by varchar(200) not null,
  reason varchar(500) not null,
  requested_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  scope text,
  waits_for varchar(1000),
  counts varchar(4000) not null,
  overwritten boolean default false not null
);
