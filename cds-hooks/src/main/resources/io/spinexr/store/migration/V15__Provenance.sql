-- What a result came from: the hash of each image's pixels, of the model set and of the settings, and
-- the settings. It counts for the findings of that time only: the version before writes findings
-- without it.
alter table study_analysis add column provenance text;
alter table study_analysis add column provenance_at timestamp with time zone;
