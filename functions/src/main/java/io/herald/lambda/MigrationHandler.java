package io.herald.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.herald.wiring.Wiring;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/**
 * The migration function: brings schema, partitions and topics to what this version needs. Safe to
 * run again, and beside the code of the version before.
 */
public final class MigrationHandler implements RequestStreamHandler, AutoCloseable {

    private final Wiring wiring;

    public MigrationHandler() {
        this(System.getenv());
    }

    public MigrationHandler(Map<String, String> environment) {
        this.wiring = new Wiring(environment);
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) {
        wiring.migrate();
    }

    @Override
    public void close() {
        wiring.close();
    }
}
