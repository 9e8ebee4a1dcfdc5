package io.herald.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.herald.wiring.Wiring;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/** Where providers call back, behind a proxy integration of API Gateway REST. */
public final class CallbackHandler implements RequestStreamHandler, AutoCloseable {

    private final ApiHandler handler;

    public CallbackHandler() {
        this(System.getenv());
    }

    public CallbackHandler(Map<String, String> environment) {
        this(new Wiring(environment));
    }

    private CallbackHandler(Wiring wiring) {
        this.handler = new ApiHandler(wiring.callbacks(), wiring.publicUrl(), wiring::close);
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context)
            throws IOException {
        handler.handleRequest(input, output, context);
    }

    @Override
    public void close() {
        handler.close();
    }
}
