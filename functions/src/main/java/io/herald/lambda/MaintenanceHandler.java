package io.herald.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.herald.maintenance.MakePartitions;
import io.herald.wiring.Wiring;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/** The maintenance function: partitions ahead of time. */
public final class MaintenanceHandler implements RequestStreamHandler, AutoCloseable {

    private final Wiring wiring;
    private final MakePartitions makePartitions;

    public MaintenanceHandler() {
        this(System.getenv());
    }

    public MaintenanceHandler(Map<String, String> environment) {
        this.wiring = new Wiring(environment);
        this.makePartitions = wiring.makePartitions();
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) {
        makePartitions.run();
    }

    @Override
    public void close() {
        wiring.close();
    }
}
