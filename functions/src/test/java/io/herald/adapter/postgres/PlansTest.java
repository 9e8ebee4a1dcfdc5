package io.herald.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.SettableClock;
import io.herald.contract.Store;
import io.herald.inbox.InboxMessage;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.schedule.DueWork;
import io.herald.submission.Notification;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * How Postgres runs the statements of the request path, under a generic plan, over six partitions:
 * by index, and only in the partitions that the ids lie in.
 */
final class PlansTest {
    private static final String A_BUSY_HOUR =
            """
            INSERT INTO notification
            SELECT gen_random_uuid(),
                   (lpad(to_hex(%d + g * 30), 12, '0') || '70008000' || lpad(to_hex(g), 12, '0'))::uuid,
                   'user', 1, 1, 'template', 1, 'transactional', 0, '{}'
            FROM generate_series(1, 60000) AS g\
            """
                    .formatted(Store.START.plusSeconds(3600).toEpochMilli());

    /** Of other tenants, in the same hour, and all of them failed. */
    private static final String MANY_FAILURES =
            """
            INSERT INTO event (notification_id, sequence, kind, status, attempt, at, tenant_of_rare)
            SELECT id, 1, 8, 7, 0, now(), tenant_id FROM notification WHERE user_id = 'user'\
            """;

    private static final TenantId TENANT = Samples.tenant();

    /** Three in four are archived, and what once named another category names it no more. */
    private static final String MANY_TEMPLATES =
            """
            INSERT INTO template (tenant_id, key, version, content, created_at, archived, newest)
            SELECT tenant, CASE k %% 4 WHEN 0 THEN 'key-' ELSE 'gone-' END || k, v,
                   CASE WHEN v < 20 AND k %% 2 = 0 THEN '{"category": "other"}'
                        ELSE '{"category": "own"}' END::jsonb,
                   now(), v = 20 AND k %% 4 > 0, v = 20
            FROM (VALUES (gen_random_uuid()), ('%s'::uuid)) AS t (tenant),
                 generate_series(1, 4000) AS k, generate_series(1, 20) AS v
            UNION ALL
            SELECT '%s', 'other-' || k, 1, '{"category": "other"}', now(), false, true
            FROM generate_series(1, 3) AS k\
            """
                    .formatted(TENANT, TENANT);

    private static final String MANY_KEYS =
            """
            WITH t AS (
                INSERT INTO tenant
                SELECT id, id::text, 'secret', now()
                FROM (
                    SELECT gen_random_uuid() AS id FROM generate_series(1, 1000)
                    UNION ALL SELECT '%s'
                ) AS ids
                RETURNING id
            )
            INSERT INTO api_key (hash, id, tenant_id, hint, scopes, created_at)
            SELECT sha256((id || '-' || k)::bytea), gen_random_uuid(), id, 'hint', '{READ}', now()
            FROM t, generate_series(1, 20) AS k\
            """
                    .formatted(TENANT);

    private static final String MANY_KEPT_ANSWERS =
            """
            INSERT INTO kept_answer
            SELECT tenant, 1, 'key-' || k, 'fingerprint', '{}', now() - interval '1 minute'
            FROM (VALUES (gen_random_uuid()), ('%s'::uuid)) AS t (tenant),
                 generate_series(1, 20000) AS k\
            """
                    .formatted(TENANT);

    private static final String MANY_CATEGORIES =
            """
            WITH t AS (
                SELECT gen_random_uuid() AS tenant FROM generate_series(1, 1000)
                UNION ALL SELECT '%s'::uuid
            ), c AS (
                INSERT INTO category
                SELECT tenant, 'category-' || k, 0, false, false
                FROM t, generate_series(1, 20) AS k
            )
            INSERT INTO category_revision SELECT tenant, 1 FROM t\
            """
                    .formatted(TENANT);

    private static final String MANY_JOBS =
            """
            INSERT INTO job (tenant_id, id, kind, state, task, created_at, ended_at, turn_at)
            SELECT tenant, gen_random_uuid(), 1, 2, '{}', now(), now() + g * interval '1 second',
                   now()
            FROM (VALUES (gen_random_uuid()), ('%s'::uuid)) AS t (tenant),
                 generate_series(1, 5000) AS g\
            """
                    .formatted(TENANT);

    private static final String MANY_RECORDS =
            """
            INSERT INTO undecodable_record
            SELECT 'topic', 0, row_number() OVER (), gen_random_uuid(), tenant, NULL, '', 'cause',
                   now(), CASE WHEN g > 100 THEN now() END
            FROM (VALUES (gen_random_uuid()), ('%s'::uuid), (NULL)) AS t (tenant),
                 generate_series(1, 3000) AS g\
            """
                    .formatted(TENANT);

    private static final UserId ADA = new UserId("ada");
    private static final List<Notification> OF_ADA = new ArrayList<>();

    private static final String FIRST = "'00000000-0000-0000-0000-000000000000'::uuid";
    private static final String STEPS = "" + PostgresNotificationLists.STEPS;
    private static final String AFTER_ALL = "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid";

    private static PostgresSettings settings;

    @BeforeAll
    static void fill() throws SQLException {
        settings = TestDatabases.migrated();
        var clock = new SettableClock(Store.START);
        try (var pool = PostgresDataSource.pool(settings)) {
            var database = new Database(pool);
            var notifications = new PostgresNotifications(database, clock, Store.GRACE);
            var timeline = new PostgresTimeline(database);
            for (int week = 0; week < 4; week++) {
                for (int i = 0; i < 5; i++) {
                    var user = i == 4 ? ADA : new UserId("user-" + i);
                    var submission = Samples.submission(clock, TENANT, user, i == 4 ? 20 : 500);
                    notifications.accept(submission);
                    timeline.append(
                            submission.stream()
                                    .map(Notification::id)
                                    .map(id -> Samples.sending(clock, id, 1, null))
                                    .map(event -> Transition.of(TENANT, event))
                                    .toList());
                    new PostgresDueWork(database, clock)
                            .watch(submission.stream().map(each -> watch(each.id())).toList());
                    if (i == 4) {
                        OF_ADA.addAll(submission);
                        new PostgresInbox(database)
                                .add(OF_ADA.stream().map(PlansTest::message).toList());
                    }
                    clock.advance(Duration.ofMinutes(1));
                }
                clock.advance(Duration.ofDays(7));
            }
            fail(timeline, clock, OF_ADA.subList(0, 60));
            manyOutboxRows(timeline, clock);
        }
        try (var connection = PostgresDataSource.direct(settings).getConnection();
                var statement = connection.createStatement()) {
            statement.execute(A_BUSY_HOUR);
            statement.execute(
                    """
                    INSERT INTO recipient (tenant_id, user_id, email, version, created_at, updated_at)
                    SELECT '%s', 'user-' || g, 'user-' || g || '@example.com', 1, now(), now()
                    FROM generate_series(1, 5000) AS g\
                    """
                            .formatted(TENANT));
            statement.execute(MANY_FAILURES);
            statement.execute(MANY_TEMPLATES);
            statement.execute(MANY_CATEGORIES);
            statement.execute(MANY_KEYS);
            statement.execute(MANY_KEPT_ANSWERS);
            statement.execute(MANY_JOBS);
            statement.execute(MANY_RECORDS);
            statement.execute("VACUUM ANALYZE");
        }
    }

    private static void fail(
            PostgresTimeline timeline, SettableClock clock, List<Notification> notifications) {
        timeline.append(
                notifications.stream()
                        .map(each ->
                                Samples.event(
                                        clock, each.id(), 2, EventKind.REFUSED, Status.FAILED, 1))
                        .map(event -> Transition.of(TENANT, event))
                        .toList());
    }

    private static void manyOutboxRows(PostgresTimeline timeline, SettableClock clock) {
        timeline.append(
                Samples.submission(clock, TENANT, ADA, 3000).stream()
                        .map(each -> Samples.released(clock, each.id(), 1))
                        .map(event -> new Transition(TENANT, event, null, null, true))
                        .toList());
    }

    private static DueWork.Watch watch(NotificationId id) {
        return new DueWork.Watch(TENANT, id, 1, id.acceptedAt().plusSeconds(30));
    }

    private static InboxMessage message(Notification each) {
        return new InboxMessage(TENANT, each.id(), ADA, "title", null);
    }

    @Test
    void finding_one_touches_one_partition_of_each_table() throws SQLException {
        var id = OF_ADA.getFirst().id();

        var plan =
                explain(
                        PostgresNotifications.FIND,
                        uuid(id),
                        uuid(id),
                        uuid(TENANT.value()),
                        uuid(id));

        assertThat(plan).doesNotContain("Seq Scan");
        assertThat(partitionsRead(plan))
                .containsExactlyInAnyOrder("notification_20261119", "event_20261119");
    }

    @Test
    void the_newest_events_of_a_batch_touch_the_partitions_between_its_ids() throws SQLException {
        var ids = OF_ADA.subList(20, 40).stream().map(Notification::id).toList();

        var plan =
                explain(
                        PostgresTimeline.NEWEST,
                        uuids(ids),
                        uuid(ids.getFirst()),
                        uuid(ids.getLast()));

        assertThat(plan).doesNotContain("Seq Scan").contains("Subplans Removed: 5");
        assertThat(partitionsRead(plan)).containsExactly("event_20261126");
    }

    @Test
    void the_histories_of_a_batch_touch_the_partitions_between_its_ids() throws SQLException {
        var ids = OF_ADA.subList(20, 40).stream().map(Notification::id).toList();

        var plan =
                explain(
                        PostgresHistories.OF,
                        "array_fill(%s, ARRAY[20])".formatted(uuid(TENANT.value())),
                        uuids(ids),
                        uuid(ids.getFirst()),
                        uuid(ids.getLast()),
                        uuid(ids.getFirst()),
                        uuid(ids.getLast()));

        assertThat(plan).doesNotContain("Seq Scan");
        assertThat(partitionsRead(plan))
                .containsExactlyInAnyOrder("notification_20261126", "event_20261126");
    }

    @Test
    void the_events_of_one_touch_one_partition() throws SQLException {
        var plan = explain(PostgresTimeline.OF, uuid(OF_ADA.getLast().id()));

        assertThat(plan).doesNotContain("Seq Scan");
        assertThat(partitionsRead(plan)).containsExactly("event_20261210");
    }

    @Test
    void a_users_list_is_read_from_the_newest_partition_on_until_the_page_is_full()
            throws SQLException {
        var plan =
                explain(
                        PostgresNotificationLists.OF_USER,
                        "NULL",
                        "NULL",
                        uuid(TENANT.value()),
                        "'ada'",
                        FIRST,
                        AFTER_ALL,
                        STEPS,
                        "NULL",
                        STEPS,
                        "20");

        assertThat(plan).doesNotContain("Seq Scan").contains("notification_20261210_");
        assertThat(partitionsRead(plan))
                .containsExactlyInAnyOrder(
                        "notification_20261217", "notification_20261210", "event_20261210");
    }

    @Test
    void the_newest_of_a_tenant_come_from_the_newest_partitions() throws SQLException {
        var plan =
                explain(
                        PostgresNotificationLists.OF_TENANT,
                        "NULL",
                        "NULL",
                        uuid(TENANT.value()),
                        FIRST,
                        AFTER_ALL,
                        STEPS,
                        "NULL",
                        STEPS,
                        "20");

        assertThat(plan).doesNotContain("Seq Scan").doesNotContain("Sort");
        assertThat(partitionsRead(plan))
                .contains("notification_20261210", "event_20261210")
                .doesNotContain("notification_20261203", "event_20261203");
        assertThat(mostRows(plan)).isEqualTo(20);
    }

    @Test
    void a_filter_that_nothing_matches_gives_up_after_so_many() throws SQLException {
        for (var filter :
                List.of(
                        List.of("4", "NULL", "NULL"),
                        List.of("NULL", "'other'", "NULL"),
                        List.of("NULL", "NULL", "" + Status.SENT.code()))) {
            var plan =
                    explain(
                            PostgresNotificationLists.OF_TENANT,
                            filter.get(0),
                            filter.get(1),
                            uuid(TENANT.value()),
                            FIRST,
                            AFTER_ALL,
                            STEPS,
                            filter.get(2),
                            STEPS,
                            "20");

            assertThat(plan).doesNotContain("Seq Scan").doesNotContain("Sort");
            assertThat(mostRows(plan)).isEqualTo(PostgresNotificationLists.STEPS);
            assertThat(partitionsRead(plan))
                    .contains("notification_20261210")
                    .doesNotContain("notification_20261203", "event_20261203");
        }
    }

    @Test
    void a_common_status_of_a_day_is_looked_for_in_its_partition() throws SQLException {
        var day = Store.START.plus(Duration.ofDays(7));

        var plan =
                explain(
                        PostgresNotificationLists.OF_TENANT,
                        "NULL",
                        "NULL",
                        uuid(TENANT.value()),
                        uuid(NotificationId.lowerBound(day)),
                        uuid(NotificationId.lowerBound(day.plus(Duration.ofDays(1)))),
                        STEPS,
                        "" + Status.SENDING.code(),
                        STEPS,
                        "20");

        assertThat(plan).doesNotContain("Seq Scan").doesNotContain("Sort");
        assertThat(partitionsRead(plan))
                .containsExactlyInAnyOrder("notification_20261126", "event_20261126");
        // The newest 20 of the day have failed.
        assertThat(mostRows(plan)).isEqualTo(40);
    }

    @Test
    void a_rare_status_is_found_without_reading_what_others_have() throws SQLException {
        var plan = explainFailed("NULL", "20");

        assertThat(plan).doesNotContain("Seq Scan").doesNotContain("Sort");
        assertThat(plan).contains("Index Only Scan Backward using event_20261203_tenant_of_rare");
        assertThat(partitionsRead(plan))
                .contains("notification_20261203", "event_20261203")
                .doesNotContain("notification_20261126", "event_20261126");
        assertThat(mostRows(plan)).isEqualTo(20);
    }

    @Test
    void a_rare_status_of_one_template_costs_no_more_than_what_is_rare() throws SQLException {
        var plan = explainFailed("'other'", "20");

        assertThat(plan).doesNotContain("Seq Scan").doesNotContain("Sort");
        assertThat(mostRows(plan)).isEqualTo(60);
    }

    private static String explainFailed(String template, String limit) throws SQLException {
        return explain(
                PostgresNotificationLists.OF_RARE_STATUS,
                uuid(TENANT.value()),
                "" + Status.FAILED.code(),
                FIRST,
                AFTER_ALL,
                STEPS,
                "NULL",
                template,
                uuid(TENANT.value()),
                STEPS,
                limit);
    }

    @Test
    void dead_letters_of_a_cause_are_found_without_reading_what_others_have() throws SQLException {
        for (var cause : List.of("NULL", "'other'")) {
            var plan =
                    explain(
                            PostgresDeadLetterWalk.LIST,
                            uuid(TENANT.value()),
                            FIRST,
                            AFTER_ALL,
                            STEPS,
                            "NULL",
                            "NULL",
                            uuid(TENANT.value()),
                            time(Store.START.plus(Duration.ofDays(400))),
                            cause,
                            STEPS,
                            "20");

            assertThat(plan).doesNotContain("Seq Scan").doesNotContain("Sort");
            assertThat(plan)
                    .contains("Index Only Scan Backward using event_20261203_tenant_of_rare");
            // The tenant has 60 failures, each of two events; others have 60,000.
            assertThat(mostRows(plan)).isLessThanOrEqualTo(60);
        }
    }

    @Test
    void dead_letters_of_a_job_touch_the_partitions_between_their_ids() throws SQLException {
        var ids = OF_ADA.subList(20, 40).stream().map(Notification::id).toList();
        var least = uuid(ids.getFirst());
        var greatest = uuid(ids.getLast());

        var plan =
                explain(
                        PostgresDeadLetterWalk.FIND,
                        uuids(ids),
                        uuid(TENANT.value()),
                        least,
                        greatest,
                        least,
                        greatest,
                        least,
                        greatest);

        assertThat(plan).doesNotContain("Seq Scan");
        assertThat(partitionsRead(plan))
                .containsExactlyInAnyOrder("notification_20261126", "event_20261126");
    }

    @Test
    void undecodable_records_are_found_by_their_owner() throws SQLException {
        var until = time(Store.START.plus(Duration.ofDays(400)));
        var tenant = uuid(TENANT.value());

        var list = explain(PostgresDeadLetters.LIST, tenant, FIRST, AFTER_ALL, until, "20");
        var find = explain(PostgresDeadLetters.FIND, tenant, "ARRAY[" + FIRST + "]");
        var ofNobody = explain(PostgresDeadLetters.OF_NOBODY, AFTER_ALL, "20");

        for (var plan : List.of(list, find, ofNobody)) {
            assertThat(plan).contains("undecodable_open").doesNotContain("Seq Scan");
        }
        assertThat(list).doesNotContain("Sort");
        assertThat(ofNobody).doesNotContain("Sort");
    }

    @Test
    void the_next_turn_and_the_jobs_of_a_tenant_are_found_among_many_that_have_ended()
            throws SQLException {
        var now = time(Store.START.plus(Duration.ofDays(400)));

        var take = explain(PostgresJobs.TAKE, now, "1", now);
        var list = explain(PostgresJobs.LIST, uuid(TENANT.value()), AFTER_ALL, "20");
        var create =
                explain(
                        PostgresJobs.CREATE,
                        uuid(TENANT.value()),
                        uuid(TENANT.value()),
                        "1",
                        "0",
                        "'{}'",
                        now,
                        now,
                        uuid(TENANT.value()),
                        "10");
        var forget = explain(PostgresJobs.FORGET, time(Store.START), "20");

        for (var plan : List.of(take, list, create, forget)) {
            assertThat(plan).doesNotContain("Seq Scan");
        }
        assertThat(take).contains("job_turn").doesNotContain("Sort");
        assertThat(list).contains("job_pkey").doesNotContain("Sort");
        assertThat(create).contains("job_open");
        assertThat(forget).contains("job_ended").doesNotContain("Sort");
    }

    @Test
    void a_users_timeline_is_read_from_the_newest_partition_on_until_the_page_is_full()
            throws SQLException {
        var plan =
                explain(
                        PostgresUserTimeline.OF,
                        uuid(TENANT.value()),
                        "'ada'",
                        "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid",
                        "20",
                        "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid",
                        "0",
                        "19");

        assertThat(plan).doesNotContain("Seq Scan").contains("notification_20261210_");
        assertThat(partitionsRead(plan))
                .contains("notification_20261210", "event_20261210")
                .doesNotContain("notification_20261203", "event_20261203");
    }

    @Test
    void users_are_listed_and_found_by_their_address_by_index() throws SQLException {
        assertThat(explain(PostgresUsers.LIST, uuid(TENANT.value()), "'user-5'", "20"))
                .contains("Index Scan using recipient_pkey")
                .doesNotContain("Sort ");
        assertThat(
                        explain(
                                PostgresUsers.WITH_EMAIL,
                                uuid(TENANT.value()),
                                "'User-700@example.com'",
                                "''",
                                "20"))
                .contains("Index Scan using recipient_email")
                .contains("(actual rows=1")
                .doesNotContain("Sort ");
    }

    @Test
    void what_is_due_is_found_by_its_time_and_looked_up_in_its_partition() throws SQLException {
        var plan =
                explain(
                        PostgresDueWork.due(100),
                        time(Instant.EPOCH),
                        time(Store.START.plusSeconds(31)));

        assertThat(plan).doesNotContain("Seq Scan").contains("due_time");
        assertThat(partitionsRead(plan))
                .containsExactlyInAnyOrder("notification_20261119", "event_20261119");
    }

    @Test
    void of_each_lane_of_the_outbox_the_first_turns_are_leased_however_many_wait()
            throws SQLException {
        var plan =
                explain(
                        PostgresOutbox.LEASE,
                        "ARRAY[-1, 0, 1, 4, 5]",
                        "ARRAY[100000, 100000, 100000, 100000, 100000]",
                        time(Store.START.plusSeconds(60)),
                        "10",
                        time(Store.START.plusSeconds(90)),
                        "1000000");

        assertThat(plan).contains("Index Scan using outbox_turn");
        assertThat(plan).doesNotContain("Seq Scan on outbox");
    }

    @Test
    void the_records_of_a_submission_come_from_its_partition() throws SQLException {
        var first = uuid(OF_ADA.get(20).id());
        var last = uuid(OF_ADA.get(39).id());

        var plan =
                explain(
                        PostgresOutbox.RECORDS,
                        "ARRAY[" + uuid(TENANT.value()) + "]",
                        "ARRAY[" + first + "]",
                        "ARRAY[" + last + "]",
                        "ARRAY[0]",
                        "ARRAY[1]",
                        first,
                        last,
                        first,
                        last);

        assertThat(plan).doesNotContain("Seq Scan");
        assertThat(partitionsRead(plan)).containsExactly("notification_20261126");
    }

    @Test
    void the_record_of_a_release_is_read_with_what_happened_to_it() throws SQLException {
        var id = uuid(OF_ADA.get(20).id());

        var plan =
                explain(
                        PostgresOutbox.RECORDS,
                        "ARRAY[" + uuid(TENANT.value()) + "]",
                        "ARRAY[" + id + "]",
                        "ARRAY[" + id + "]",
                        "ARRAY[2]",
                        "ARRAY[1]",
                        id,
                        id,
                        id,
                        id);

        assertThat(plan).doesNotContain("Seq Scan");
        assertThat(partitionsRead(plan))
                .containsExactlyInAnyOrder("notification_20261126", "event_20261126");
    }

    @Test
    void the_inbox_is_read_by_index() throws SQLException {
        var plan =
                explain(
                        PostgresInbox.LIST,
                        uuid(TENANT.value()),
                        "'ada'",
                        "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid",
                        "20");

        assertThat(plan).doesNotContain("Sort ").contains("Index Scan Backward");
    }

    @Test
    void the_oldest_that_waits_is_found_without_reading_the_outbox() throws SQLException {
        var plan =
                explain(
                        PostgresReconciliation.WAITING,
                        uuid(NotificationId.lowerBound(Store.START)));

        assertThat(plan).doesNotContain("Seq Scan").contains("outbox_pkey");
    }

    @Test
    void the_reconciler_reads_ranges_of_blocks_in_one_partition() throws SQLException {
        var from = uuid(NotificationId.lowerBound(Store.START));
        var to = uuid(NotificationId.lowerBound(Store.START.plusSeconds(60)));

        var plan = explain(PostgresReconciliation.COUNT, from, to);

        assertThat(partitionsRead(plan)).containsExactly("notification_20261119");
        assertThat(plan).contains("Bitmap Index Scan on notification_20261119_id_idx");

        var takeUp =
                explain(
                        PostgresReconciliation.TAKE_UP,
                        time(Store.START.plusSeconds(600)),
                        from,
                        to,
                        "ARRAY[0, 1, 4]",
                        from,
                        to);

        assertThat(takeUp).contains("Bitmap Index Scan on notification_20261119_id_idx");
        assertThat(partitionsRead(takeUp))
                .containsExactlyInAnyOrder("notification_20261119", "event_20261119");
    }

    @Test
    void a_million_scheduled_rows_cost_nothing_when_none_is_due() throws SQLException {
        var far = Store.START.minus(Duration.ofDays(1));
        try (var connection = PostgresDataSource.direct(settings).getConnection();
                var statement = connection.createStatement()) {
            for (int part = 0; part < 20; part++) {
                statement.execute(
                        """
                        INSERT INTO due (notification_id, sequence, tenant_id, due_at)
                        SELECT lpad(to_hex(%d * 50000 + g), 32, '0')::uuid, 1, '%s',
                               '%s'::timestamptz + g * interval '1 second'
                        FROM generate_series(1, 50000) AS g\
                        """
                                .formatted(part, TENANT, Store.START.plus(Duration.ofDays(60))));
            }
            statement.execute("VACUUM ANALYZE due");
        }

        var plan = explain(PostgresDueWork.due(500), time(Instant.EPOCH), time(far));

        assertThat(plan).contains("Index Scan using due_time").doesNotContain("Seq Scan on due");
        assertThat(mostRows(plan)).isZero();
        // Of the thousands that the index has.
        assertThat(pagesRead(PostgresDueWork.due(500), time(Instant.EPOCH), time(far)))
                .isLessThan(50);

        // Nor are those read that are due and not yet in turn.
        var allDue =
                explain(
                        PostgresDueWork.due(500),
                        time(Instant.EPOCH),
                        time(Instant.parse("2037-01-01T00:00:00Z")));
        assertThat(allDue).doesNotContain("Seq Scan on due");
        assertThat(mostRows(allDue)).isEqualTo(500);
    }

    @Test
    void templates_and_categories_are_read_by_index() throws SQLException {
        var tenant = uuid(TENANT.value());

        var newest = explain(PostgresTemplates.NEWEST, "ARRAY[" + tenant + "]", "ARRAY['key-8']");
        var versions = explain(PostgresTemplates.VERSIONS, tenant, "'key-8'", "15", "20");
        var categories = explain(PostgresCategories.OF, tenant);

        for (var plan : List.of(newest, versions, categories)) {
            assertThat(plan).doesNotContain("Seq Scan").contains("_pkey");
        }
    }

    @Test
    void a_list_of_templates_walks_neither_older_versions_nor_what_is_archived()
            throws SQLException {
        var tenant = uuid(TENANT.value());

        var list = explain(PostgresTemplates.LIST, tenant, "''", "20");
        assertThat(list).contains("Index Scan using template_list").doesNotContain("Sort");
        assertThat(rowsRead(list)).isEqualTo(20);

        var naming = explain(PostgresTemplates.NAMING, tenant, "'other'", "10");
        assertThat(naming).contains("using template_category").doesNotContain("Sort");
        assertThat(rowsRead(naming)).isEqualTo(3);
    }

    @Test
    void keys_are_found_by_their_hash_and_listed_by_their_tenant() throws SQLException {
        var found = explain(PostgresKeys.FIND, "sha256('%s-7')".formatted(TENANT));
        assertThat(found).contains("Index Scan using api_key_pkey");
        assertThat(rowsRead(found)).isEqualTo(1);

        var list = explain(PostgresKeys.LIST, uuid(TENANT.value()));
        assertThat(list).contains("Index Scan using api_key_tenant").doesNotContain("Sort");
        assertThat(rowsRead(list)).isEqualTo(20);
    }

    @Test
    void kept_answers_are_found_and_stored_under_by_their_key() throws SQLException {
        var found =
                explain(
                        PostgresKeptAnswers.FIND,
                        "ARRAY[1, 1, 2]",
                        "ARRAY['key-7', 'none', 'key-7']",
                        uuid(TENANT.value()),
                        "now() - interval '1 day'");
        assertThat(found)
                .doesNotContain("Seq Scan")
                .contains("Index Scan using kept_answer_pkey")
                .contains("actual rows=1 loops=1)");

        var kept =
                explain(
                        PostgresKeptAnswers.KEEP,
                        uuid(TENANT.value()),
                        "now()",
                        "ARRAY[1, 1]",
                        "ARRAY['key-7', 'free']",
                        "ARRAY['f', 'f']",
                        "ARRAY['{}', '{}']",
                        "now() - interval '1 day'");
        assertThat(kept)
                .doesNotContain("Scan on kept_answer")
                .contains("Conflict Arbiter Indexes: kept_answer_pkey")
                .contains("Conflicting Tuples: 1")
                .contains("Rows Removed by Conflict Filter: 1");
    }

    @Test
    void where_users_are_reached_is_looked_up_by_index() throws SQLException {
        var plan =
                explain(
                        PostgresUsers.CONTACT_POINTS,
                        "ARRAY[%s, %s]".formatted(uuid(TENANT.value()), uuid(TENANT.value())),
                        "ARRAY['user-7', 'nobody']");

        assertThat(plan).doesNotContain("Seq Scan").contains("Index Scan using recipient_pkey");
    }

    private static final Pattern PARTITION =
            Pattern.compile(" on ((?:notification|event|inbox_message)_\\d{8}) [^\\n]*\\(actual");

    private static final Pattern ROWS = Pattern.compile("\\(actual rows=(\\d+)");

    /** What the busiest node of the plan answered, in each of its turns. */
    private static int mostRows(String plan) {
        return ROWS.matcher(plan)
                .results()
                .mapToInt(match -> Integer.parseInt(match.group(1)))
                .max()
                .orElseThrow();
    }

    /** What the plan took from its one scan, and what it read there and threw away. */
    private static int rowsRead(String plan) {
        assertThat(plan).doesNotContain("Rows Removed").containsOnlyOnce(" Scan ");
        return mostRows(plan);
    }

    /** Those whose rows were looked at. */
    private static List<String> partitionsRead(String plan) {
        return PARTITION.matcher(plan).results().map(match -> match.group(1)).distinct().toList();
    }

    /** Runs the statement under a generic plan, takes back what it did, and says how it was run. */
    private static String explain(String sql, String... arguments) throws SQLException {
        try (var connection = PostgresDataSource.direct(settings).getConnection()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("SET plan_cache_mode = force_generic_plan");
                statement.execute("PREPARE explained AS " + numbered(sql));
                return explain(connection, String.join(", ", arguments));
            } finally {
                connection.rollback();
            }
        }
    }

    private static String explain(Connection connection, String arguments) throws SQLException {
        try (var statement = connection.createStatement();
                var results =
                        statement.executeQuery(
                                "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)"
                                        + " EXECUTE explained (%s)".formatted(arguments))) {
            var lines = new ArrayList<String>();
            while (results.next()) {
                // A partition that was not opened may be planned in any way.
                if (!results.getString(1).contains("(never executed)")) {
                    lines.add(results.getString(1));
                }
            }
            return String.join("\n", lines);
        }
    }

    /** How many pages a statement looks at, in all its tables and indexes. */
    private static int pagesRead(String sql, String... arguments) throws SQLException {
        try (var connection = PostgresDataSource.direct(settings).getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SET plan_cache_mode = force_generic_plan");
            statement.execute("PREPARE explained AS " + numbered(sql));
            try (var results =
                    statement.executeQuery(
                            "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT JSON)"
                                    + " EXECUTE explained (%s)"
                                            .formatted(String.join(", ", arguments)))) {
                results.next();
                var plan = Json.read(results.getString(1)).at("/0/Plan");
                return plan.path("Shared Hit Blocks").intValue()
                        + plan.path("Shared Read Blocks").intValue();
            }
        }
    }

    /** JDBC's question marks as Postgres' own parameters. */
    private static String numbered(String sql) {
        int[] count = {0};
        return Pattern.compile("\\?").matcher(sql).replaceAll(_ -> "\\$" + ++count[0]);
    }

    private static String uuid(Object id) {
        return "'" + id + "'::uuid";
    }

    private static String uuids(List<NotificationId> ids) {
        return ids.stream().map(PlansTest::uuid).collect(Collectors.joining(", ", "ARRAY[", "]"));
    }

    private static String time(Instant time) {
        return "'" + time + "'::timestamptz";
    }
}
