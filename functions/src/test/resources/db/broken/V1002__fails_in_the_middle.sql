-- For tests: the second statement fails.
CREATE TABLE half_way (
    id uuid NOT NULL PRIMARY KEY
);
ALTER TABLE no_such_table ADD COLUMN anything text;
