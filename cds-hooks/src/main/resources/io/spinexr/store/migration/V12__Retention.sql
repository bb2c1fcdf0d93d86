-- Resources of our own FHIR server whose result or order has ended: they are still to be removed,
-- those that refer to others first (place). A row goes when that is done, or when its owner, a
-- study and model set or an order's key, is there again.
create table ended_resource (
  address varchar(120) not null primary key,
  place integer not null,
  owner varchar(240) not null
);
create index ended_resource_place on ended_resource (place, address);

create index cds_card_issued on cds_card (issued_at);
create index cds_feedback_received on cds_feedback (received_at);
