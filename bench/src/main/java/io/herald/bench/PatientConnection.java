package io.herald.bench;

import io.herald.servers.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** To count a million rows takes longer than a request may. */
public final class PatientConnection {

    private PatientConnection() {}

    /** One whose statements may take as long as they do. */
    public static Connection to(PostgresServer server) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", server.user());
        properties.setProperty("password", server.password());
        properties.setProperty("options", "-c statement_timeout=0 -c transaction_timeout=0");
        return DriverManager.getConnection(server.jdbcUrl(), properties);
    }
}
