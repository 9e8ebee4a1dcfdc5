-- A submission has an outbox row for each of its lanes, so that one that is behind holds up no other.
-- Rows without one (-1) were written before there were lanes here: they may have records of several.
ALTER TABLE outbox
    ADD COLUMN lane          smallint    NOT NULL DEFAULT -1,
    -- How many records it stands for.
    ADD COLUMN notifications smallint    NOT NULL DEFAULT 1,
    -- In which order a lane's rows are relayed: the more its tenant put on the lane beyond its share,
    -- the later.
    ADD COLUMN turn          timestamptz NOT NULL DEFAULT now();
CREATE INDEX outbox_turn ON outbox (lane, turn);
-- outbox_available stays for the code of before, and can go when that is gone.

-- The lanes that have more before them than they can deliver within seconds.
CREATE TABLE lane_congestion (
    lane            smallint    NOT NULL PRIMARY KEY,
    congested_until timestamptz NOT NULL
);
