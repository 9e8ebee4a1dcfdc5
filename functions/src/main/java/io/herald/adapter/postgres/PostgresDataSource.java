package io.herald.adapter.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Makes connections to Postgres. Making the source does no I/O; only taking a connection does. */
public final class PostgresDataSource {
    private PostgresDataSource() {}

    /**
     * A small pool for a function's environment. Sends no SET, so it may lie behind RDS Proxy,
     * which would otherwise keep a server connection for each of ours.
     */
    public static HikariDataSource pool(PostgresSettings settings) {
        var config = new HikariConfig();
        config.setPoolName("postgres");
        config.setDataSource(direct(settings));
        config.setMaximumPoolSize(settings.poolSize());
        config.setConnectionTimeout(settings.connectionTimeout().toMillis());
        // A connection that went silently dead is found out within the time a caller waits.
        config.setValidationTimeout(Math.max(250, settings.connectionTimeout().toMillis() / 2));
        // No connection before the first is asked for: SnapStart's snapshot must hold none, and
        // Postgres may be down when the function starts.
        config.setInitializationFailTimeout(-1);
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    /** A new connection for each caller, for migrations and maintenance. */
    static DataSource direct(PostgresSettings settings) {
        var source = new PGSimpleDataSource();
        source.setUrl(settings.url());
        source.setUser(settings.user());
        source.setPassword(settings.password());
        source.setApplicationName("herald");
        // Or else the driver sends SET application_name on every new connection.
        source.setAssumeMinServerVersion("17");
        source.setConnectTimeout(Math.toIntExact(settings.connectionTimeout().toSeconds() + 1));
        source.setSocketTimeout(Math.toIntExact(settings.socketTimeout().toSeconds()));
        source.setTcpKeepAlive(true);
        // The detail of an error quotes the row, and messages of exceptions are logged.
        source.setLogServerErrorDetail(false);
        return source;
    }
}
