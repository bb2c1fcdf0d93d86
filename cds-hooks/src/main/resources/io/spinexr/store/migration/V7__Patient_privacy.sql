-- Patients for whom nothing may be done, and who says so. A restriction that was ended stays as its
-- own record.
--
-- Personal data: subject is the hash of a patient's identifier; stated_by and ended_by name who
-- decided.

create table patient_privacy (
  subject varchar(64) not null,
  basis varchar(16) not null,
  restriction varchar(16) not null,
  reason varchar(500),
  stated_by varchar(200) not null,
  stated_at timestamp with time zone not null,
  ended_by varchar(200),
  ended_at timestamp with time zone,
  primary key (subject, basis)
);
