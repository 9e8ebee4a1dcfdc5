package io.herald.adapter.postgres;

import java.time.Duration;

/**
 * Where Postgres is and how long to wait for it.
 *
 * @param url {@code jdbc:postgresql://host:port/database}
 * @param poolSize the most connections one environment opens, 1 or more
 * @param connectionTimeout the longest a caller waits for a connection, at least 250 ms
 * @param socketTimeout the longest a caller waits for an answer, in whole seconds. Longer than the
 *     timeout of a statement that {@link Migrations} sets, which is what normally ends one. Zero:
 *     as long as it takes
 */
public record PostgresSettings(
        String url,
        String user,
        String password,
        int poolSize,
        Duration connectionTimeout,
        Duration socketTimeout) {

    /** With two connections, 1.5 s to get one and 10 s for an answer. */
    public static PostgresSettings of(String url, String user, String password) {
        return new PostgresSettings(
                url, user, password, 2, Duration.ofMillis(1500), Duration.ofSeconds(10));
    }

    /** The same with another number of connections. */
    public PostgresSettings withPoolSize(int connections) {
        return new PostgresSettings(
                url, user, password, connections, connectionTimeout, socketTimeout);
    }

    /** The same for statements that may take as long as they need. */
    PostgresSettings withoutSocketTimeout() {
        return new PostgresSettings(
                url, user, password, poolSize, connectionTimeout, Duration.ZERO);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + "@" + url + ", at most " + poolSize + " connections";
    }
}
