-- Which pages a card links to: its link opens them for a clinician who signs in. A row is of no use
-- a day after its card was issued.
create table card_page (
  card varchar(36) not null,
  kind varchar(8) not null,
  page varchar(64) not null,
  issued_at timestamp with time zone not null,
  primary key (card, kind, page)
);
create index card_page_issued on card_page (issued_at);

-- Which pages are open to whom, until when. A person is the hash of issuer and subject. A grant that
-- a card gave is deleted when it is over; one of an emergency stays.
--
-- Personal data: granted_to, who opened a page in an emergency, and reason, which may name a patient.
create table page_grant (
  person varchar(64) not null,
  kind varchar(8) not null,
  page varchar(64) not null,
  granted_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  granted_to varchar(200),
  reason varchar(500)
);
create index page_grant_person on page_grant (person, ends_at);
