package io.herald.adapter.postgres;

import io.herald.contract.Store;
import io.herald.deadletter.DeadLettersContract;
import io.herald.deadletter.UndecodableRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresDeadLettersTest extends DeadLettersContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }

    @Override
    protected List<UndecodableRecord> kept() {
        return STORE.database()
                .read(connection -> {
                    var records = new ArrayList<UndecodableRecord>();
                    try (var statement = connection.createStatement();
                            var results =
                                    statement.executeQuery(
                                            "SELECT * FROM undecodable_record"
                                                    + " ORDER BY topic, partition, record_offset")) {
                        while (results.next()) {
                            records.add(
                                    new UndecodableRecord(
                                            results.getString("topic"),
                                            results.getInt("partition"),
                                            results.getLong("record_offset"),
                                            results.getBytes("key"),
                                            results.getBytes("value"),
                                            results.getString("cause"),
                                            SqlValues.instant(results, "at")));
                        }
                    }
                    return records;
                });
    }
}
