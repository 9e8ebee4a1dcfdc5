-- Tenants and their keys.
CREATE TABLE tenant (
    id             uuid        NOT NULL PRIMARY KEY,
    name           text        NOT NULL UNIQUE,
    webhook_secret text        NOT NULL,
    created_at     timestamptz NOT NULL
);

CREATE TABLE api_key (
    hash       bytea       NOT NULL PRIMARY KEY,
    id         uuid        NOT NULL UNIQUE,
    tenant_id  uuid        NOT NULL REFERENCES tenant (id),
    hint       text        NOT NULL,
    scopes     text[]      NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX api_key_tenant ON api_key (tenant_id, id);

-- Who is told. A version begins with the time in microseconds, so that it does not come again when a
-- deleted user is made anew. Attributes are json, which comes back as it was given: jsonb would write
-- the six characters 1e+308 as 309 digits. Push tokens are texts, which are the same in both.
CREATE TABLE recipient (
    tenant_id   uuid        NOT NULL,
    user_id     text        NOT NULL,
    email       text,
    phone       text,
    webhook_url text,
    push_tokens jsonb       NOT NULL DEFAULT '[]',
    locale      text,
    timezone    text,
    attributes  json        NOT NULL DEFAULT '{}',
    version     bigint      NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX recipient_email ON recipient (tenant_id, lower(email), user_id) WHERE email IS NOT NULL;

-- What they are told. What a version says never changes. To archive a template is to make a version
-- that says so and nothing else; a later one takes it up again. Which version is the newest is noted,
-- so that a list walks neither older versions nor what is archived.
CREATE TABLE template (
    tenant_id  uuid        NOT NULL,
    key        text        NOT NULL,
    version    integer     NOT NULL,
    content    jsonb       NOT NULL,
    created_at timestamptz NOT NULL,
    archived   boolean     NOT NULL DEFAULT false,
    newest     boolean     NOT NULL DEFAULT true,
    PRIMARY KEY (tenant_id, key, version)
);
CREATE INDEX template_list ON template (tenant_id, key) WHERE newest AND NOT archived;
CREATE INDEX template_category ON template (tenant_id, (content ->> 'category'), key)
    WHERE newest AND NOT archived;

-- How it is to be treated: a tenant's own categories beside the built-in ones. They are read all
-- together; the revision counts their changes, and its row is locked by who makes one.
CREATE TABLE category (
    tenant_id uuid     NOT NULL,
    key       text     NOT NULL,
    guarantee smallint NOT NULL,
    urgent    boolean  NOT NULL,
    opt_out   boolean  NOT NULL,
    PRIMARY KEY (tenant_id, key)
);

CREATE TABLE category_revision (
    tenant_id uuid   NOT NULL PRIMARY KEY,
    revision  bigint NOT NULL
);

-- One message for one user on one channel: written once, at acceptance. The id is a UUIDv7, so the id
-- is the time, and a look-up by id touches one partition. Partitions are made by Herald's maintenance.
-- Payload, metadata and content are json, not jsonb: SQL never looks into them, they come back as they were
-- given, and the text json takes whatever JSON may say (jsonb refuses an escaped NUL, for one).
CREATE TABLE notification (
    tenant_id        uuid     NOT NULL,
    id               uuid     NOT NULL,
    user_id          text,
    channel          smallint NOT NULL,
    lane             smallint NOT NULL,
    template         text,
    template_version integer,
    category         text     NOT NULL,
    guarantee        smallint NOT NULL,
    payload          json     NOT NULL,
    metadata         json,
    traceparent      text,
    -- In place of a user, and in place of a template.
    contact_point    text,
    content          json,
    -- As it was asked for; what it was changed to is in its events.
    scheduled_for    timestamptz,
    expires_at       timestamptz,
    PRIMARY KEY (tenant_id, id)
) PARTITION BY RANGE (id);
CREATE INDEX notification_user ON notification (tenant_id, user_id, id);
-- The reconciler reads ranges of ids over all tenants. They are inserted in the order of time, so a
-- summary of each block range finds them and costs next to nothing to keep.
CREATE INDEX notification_time ON notification USING brin (id) WITH (pages_per_range = 32, autosummarize = on);

-- What happened to it. The newest event is its status; none yet means PENDING.
CREATE TABLE event (
    notification_id uuid        NOT NULL,
    sequence        smallint    NOT NULL,
    kind            smallint    NOT NULL,
    status          smallint    NOT NULL,
    attempt         smallint    NOT NULL,
    at              timestamptz NOT NULL,
    until           timestamptz,
    reason_code     text,
    reason_words    text,
    reference       text,
    -- The attempt that its outcome is one of, where that came late.
    about           smallint,
    -- Whose it is, where the status is rare; null, which takes no room, where it is common.
    tenant_of_rare  uuid,
    PRIMARY KEY (notification_id, sequence)
) PARTITION BY RANGE (notification_id);
-- BOUNCED, FAILED, UNKNOWN, SUPPRESSED, CANCELLED and EXPIRED are rare and looked for, each
-- tenant's by themselves.
CREATE INDEX event_rare ON event (tenant_of_rare, status, notification_id, sequence)
    WHERE tenant_of_rare IS NOT NULL;

-- The in-app feed.
CREATE TABLE inbox_message (
    tenant_id       uuid NOT NULL,
    notification_id uuid NOT NULL,
    user_id         text NOT NULL,
    title           text NOT NULL,
    body            text,
    PRIMARY KEY (tenant_id, user_id, notification_id)
) PARTITION BY RANGE (notification_id);

-- What was answered under an idempotency key, for a day. Vacuumed hard.
CREATE TABLE kept_answer (
    tenant_id   uuid        NOT NULL,
    used_for    smallint    NOT NULL,
    key         text        NOT NULL,
    fingerprint text        NOT NULL,
    answer      json        NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, used_for, key)
) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 10000,
        autovacuum_vacuum_cost_delay = 0);
CREATE INDEX kept_answer_age ON kept_answer (created_at);

-- Small and hot: what is stored and not known to be on Kafka. One row for a whole submission.
CREATE TABLE outbox (
    first_id     uuid        NOT NULL,
    sequence     smallint    NOT NULL,
    last_id      uuid        NOT NULL,
    tenant_id    uuid        NOT NULL,
    attempt      smallint    NOT NULL,
    -- About what its records weigh; of one that was released again it is not known, and taken for
    -- much, since many of them are read at once.
    bytes        integer     NOT NULL DEFAULT 131072,
    tries        smallint    NOT NULL DEFAULT 0,
    available_at timestamptz NOT NULL,
    PRIMARY KEY (first_id, sequence)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0);
CREATE INDEX outbox_available ON outbox (available_at);

-- Small and hot: when to look at a notification again. A row counts while the event it was written
-- for still gives the status.
CREATE TABLE due (
    notification_id uuid        NOT NULL,
    sequence        smallint    NOT NULL,
    tenant_id       uuid        NOT NULL,
    due_at          timestamptz NOT NULL,
    PRIMARY KEY (notification_id, sequence)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0);
CREATE INDEX due_time ON due (due_at);

-- How far the reconciler is in each lane.
CREATE TABLE reconciliation (
    lane     smallint    NOT NULL PRIMARY KEY,
    position timestamptz NOT NULL
);
INSERT INTO reconciliation (lane, position) SELECT lane, 'epoch' FROM unnest('{0,1,4,5}'::int[]) AS lane;

-- Records that could not be decoded. The key says whose one is; it is nobody's where the key is none
-- of ours, or names a tenant there is none of.
CREATE TABLE undecodable_record (
    topic         text        NOT NULL,
    partition     integer     NOT NULL,
    record_offset bigint      NOT NULL,
    id            uuid        NOT NULL,
    tenant_id     uuid,
    key           bytea,
    value         bytea       NOT NULL,
    cause         text        NOT NULL,
    at            timestamptz NOT NULL,
    discarded_at  timestamptz,
    PRIMARY KEY (topic, partition, record_offset)
);
CREATE INDEX undecodable_open ON undecodable_record (tenant_id, id) WHERE discarded_at IS NULL;

-- What takes longer than a call: done step by step, each with the place where the next begins. The
-- turn counts the steps that were begun; who has not got the newest may not end one.
CREATE TABLE job (
    tenant_id    uuid        NOT NULL,
    id           uuid        NOT NULL,
    kind         smallint    NOT NULL,
    state        smallint    NOT NULL,
    task         json        NOT NULL,
    position     text,
    processed    bigint      NOT NULL DEFAULT 0,
    succeeded    bigint      NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    reason_code  text,
    reason_words text,
    turn         integer     NOT NULL DEFAULT 0,
    turn_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX job_turn ON job (turn_at) WHERE ended_at IS NULL;
CREATE INDEX job_open ON job (tenant_id) WHERE ended_at IS NULL;
CREATE INDEX job_ended ON job (ended_at) WHERE ended_at IS NOT NULL;
