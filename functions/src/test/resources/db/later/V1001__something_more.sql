-- What a later version may add, for tests: the code of this one knows nothing of it.
ALTER TABLE notification ADD COLUMN later text;
ALTER TABLE event ADD COLUMN later text;
ALTER TABLE recipient ADD COLUMN later text NOT NULL DEFAULT 'as it was';
ALTER TABLE template ADD COLUMN later text;
ALTER TABLE outbox ADD COLUMN later integer NOT NULL DEFAULT 0;
ALTER TABLE due ADD COLUMN later integer;
ALTER TABLE kept_answer ADD COLUMN later text;
ALTER TABLE job ADD COLUMN later text;
CREATE TABLE later_table (
    tenant_id uuid NOT NULL PRIMARY KEY
);
CREATE INDEX event_later ON ONLY event (later) WHERE later IS NOT NULL;
