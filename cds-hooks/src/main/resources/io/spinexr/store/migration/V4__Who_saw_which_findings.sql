-- Who saw which findings, and whose feedback it is, so that what a user has set aside is not shown
-- to that user again. A card issued before has none of it and counts for nobody.
--
-- Personal data: cds_card.user_id is the EHR's name for a clinician, e.g. Practitioner/123.

alter table cds_card add column issuer varchar(400);
alter table cds_card add column user_id varchar(400);
alter table cds_card add column findings_hash varchar(64);
create index cds_card_viewer on cds_card (issuer, user_id, study_uid);

alter table cds_feedback add column issuer varchar(400);
create index cds_feedback_card on cds_feedback (card);

-- Images that are said to be another patient's, until their study is hidden.
alter table cds_feedback add column to_hide boolean default false not null;
create index cds_feedback_to_hide on cds_feedback (to_hide);
