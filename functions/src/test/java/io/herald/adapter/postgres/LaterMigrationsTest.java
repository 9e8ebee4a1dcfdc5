package io.herald.adapter.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A migration runs while the code of before is at work, and stays when that code comes back. So
 * each one after the first only adds, and holds up nobody for long.
 */
final class LaterMigrationsTest {
    private static final String FIRST = "V1__notifications.sql";

    // They hold few rows, so that a lock on them is short. An outage may leave a million in the
    // outbox: then
    // it is one of a second or two, within what a call waits.
    private static final String SMALL =
            "(tenant|api_key|category|category_revision|reconciliation|job|outbox)";

    /** What a statement may not be, and why. */
    private record Rule(Pattern statement, String why) {
        static Rule of(String regex, String why) {
            return new Rule(Pattern.compile(regex, Pattern.DOTALL), why);
        }
    }

    private static final List<Rule> RULES =
            List.of(
                    Rule.of(
                            "drop (?!index concurrently if exists ).*",
                            "the code of before still uses it; drop it in the version after next"),
                    Rule.of(
                            "alter .*\\bdrop (?!not null|default|expression).*",
                            "the code of before still uses it; drop it in the version after next"),
                    Rule.of(".*\\brename\\b.*", "the code of before knows only the old name"),
                    Rule.of(
                            "alter table .*\\balter (column )?\\S+ (set data )?type\\b.*",
                            "it rewrites the table under a lock, and the code of before reads another type"),
                    Rule.of(
                            "alter table .*\\bset not null\\b.*",
                            "the code of before may leave it out"),
                    Rule.of(
                            "alter table .*\\badd (column )?(if not exists )?\\S+ [^,]*\\bnot null\\b"
                                    + "(?![^,]*\\bdefault\\b)(?<!\\bdefault [^,]{0,200}).*",
                            "the code of before inserts without it: give it a default, or let it be null"),
                    Rule.of(
                            "alter table .*\\badd (constraint|check|foreign key|unique|primary key|exclude)\\b"
                                    + "(?!.*\\bnot valid\\b).*",
                            "it reads the whole table under a lock, and the code of before may break it"),
                    Rule.of(
                            "create (unique )?index (?!concurrently\\b)(?!.*\\bon only\\b).*",
                            "it keeps writers out while it is built: CONCURRENTLY, or ON ONLY with each"
                                    + " partition's own made CONCURRENTLY and attached"),
                    Rule.of("(truncate|delete|update|lock)\\b.*", "it is no change of the schema"),
                    Rule.of(
                            "(cluster|vacuum full|reindex(?!.*concurrently))\\b.*",
                            "it keeps everybody out while it lasts"));

    static Stream<Path> later() throws IOException {
        try (var files = Files.list(folder())) {
            return files
                    .filter(file -> !file.getFileName().toString().equals(FIRST))
                    .toList()
                    .stream();
        }
    }

    @Test
    void the_first_is_where_it_is_looked_for() {
        assertThat(folder().resolve(FIRST)).exists();
    }

    @Test
    void every_later_one_only_adds_and_keeps_nobody_out() throws IOException {
        for (var file : later().toList()) {
            assertThat(problems(Files.readString(file)))
                    .as(file.getFileName().toString())
                    .isEmpty();
        }
    }

    @Test
    void the_one_that_tests_use_keeps_to_it_too() throws IOException {
        try (var sql =
                requireNonNull(
                        getClass().getResourceAsStream("/db/later/V1001__something_more.sql"))) {
            assertThat(problems(new String(sql.readAllBytes(), UTF_8))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP TABLE due",
                "DROP INDEX event_rare",
                "ALTER TABLE event DROP COLUMN about",
                "ALTER TABLE outbox DROP CONSTRAINT outbox_pkey, ADD PRIMARY KEY (first_id)",
                "ALTER TABLE event RENAME COLUMN about TO attempt_before",
                "ALTER TABLE event ALTER COLUMN sequence TYPE integer",
                "ALTER TABLE event ALTER sequence SET DATA TYPE integer",
                "ALTER TABLE event ALTER COLUMN reference SET NOT NULL",
                "ALTER TABLE event ADD COLUMN provider text NOT NULL",
                "ALTER TABLE event ADD provider text NOT NULL, ADD COLUMN b text NOT NULL DEFAULT ''",
                "ALTER TABLE due ADD CONSTRAINT late CHECK (due_at > 'epoch')",
                "CREATE INDEX event_provider ON event (provider)",
                "CREATE UNIQUE INDEX IF NOT EXISTS a ON recipient (email)",
                "UPDATE notification SET metadata = NULL",
                "-- a comment\nTRUNCATE due"
            })
    void what_breaks_the_code_of_before_is_found(String statement) {
        assertThat(problems("CREATE TABLE fine (id uuid);\n" + statement + ";")).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("additions")
    void what_only_adds_is_let_through(String statement) {
        assertThat(problems(statement)).isEmpty();
    }

    static List<String> additions() {
        return List.of(
                "ALTER TABLE event ADD COLUMN provider text;",
                "ALTER TABLE outbox ADD COLUMN relayed boolean NOT NULL DEFAULT false;",
                "ALTER TABLE outbox ADD COLUMN a boolean DEFAULT false NOT NULL;",
                "ALTER TABLE due ADD CONSTRAINT late CHECK (due_at > 'epoch') NOT VALID;",
                "ALTER TABLE due SET (fillfactor = 50);",
                "ALTER TABLE event ALTER COLUMN provider DROP NOT NULL;",
                "CREATE INDEX CONCURRENTLY due_tenant ON due (tenant_id);",
                "CREATE INDEX event_provider ON ONLY event (provider);",
                "CREATE INDEX job_kind ON job (kind);",
                "CREATE TABLE share (tenant_id uuid PRIMARY KEY, x text NOT NULL);"
                        + " CREATE INDEX share_x ON share (x); INSERT INTO share SELECT id FROM tenant;",
                "DROP INDEX CONCURRENTLY IF EXISTS due_tenant;",
                "-- DROP TABLE in a comment; and no more\nSELECT 1;");
    }

    private static List<String> problems(String sql) {
        var statements =
                Stream.of(sql.replaceAll("--[^\\n]*", "").split(";", -1))
                        .map(statement -> statement.strip().replaceAll("\\s+", " "))
                        .filter(statement -> !statement.isEmpty())
                        .toList();
        // Never empty, as nothing between two bars would match anything.
        var own = new ArrayList<>(List.of("-"));
        var problems = new ArrayList<String>();
        for (var statement : statements) {
            var lower = statement.toLowerCase(Locale.ROOT);
            var made = Pattern.compile("create table (?:if not exists )?(\\w+).*").matcher(lower);
            if (made.matches()) {
                own.add(made.group(1));
                continue;
            }
            // Nobody uses yet what the same file made; and a lock on little is short.
            if (lower.matches(
                    "create (unique )?index .*\\bon (%s|%s)\\b.*"
                            .formatted(SMALL, String.join("|", own)))) {
                continue;
            }
            RULES.stream()
                    .filter(rule -> rule.statement().matcher(lower).matches())
                    .forEach(rule -> problems.add(statement + " -- " + rule.why()));
        }
        return problems;
    }

    private static Path folder() {
        var first = requireNonNull(LaterMigrationsTest.class.getResource("/db/migration/" + FIRST));
        try {
            return requireNonNull(Path.of(first.toURI()).getParent());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
