-- Who did what. Rows are only ever added; a row's link is made from its digest and the link of the
-- row before, so that a missing or changed one is found. Each process writes a chain of its own,
-- that begins with the last link before it.
--
-- Personal data: event (an AuditEvent in JSON), agent and patient. Erasure empties these and leaves
-- digest and link.
create table audit_entry (
  chain varchar(36) not null,
  number bigint not null,
  recorded timestamp with time zone not null,
  agent varchar(200),
  patient varchar(200),
  action varchar(1) not null,
  event text,
  digest varchar(64) not null,
  previous varchar(64) not null,
  link varchar(64) not null,
  primary key (chain, number)
);
create index audit_entry_recorded on audit_entry (recorded);
create index audit_entry_patient on audit_entry (patient, recorded);

-- Where a chain begins whose older entries have ended; signed.
create table audit_checkpoint (
  chain varchar(36) not null primary key,
  number bigint not null,
  link varchar(64) not null,
  made varchar(40) not null,
  signature varchar(100) not null
);

-- The chains that there are, and how much of each the syslog server has.
create table audit_chain (
  chain varchar(36) not null primary key,
  forwarded bigint not null
);
