package io.herald.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.herald.api.Api;
import io.herald.api.http.ProxyEvents;
import io.herald.wiring.Wiring;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/** The HTTP API, behind a proxy integration of API Gateway REST. */
public final class ApiHandler implements RequestStreamHandler, AutoCloseable {
    private final Api api;
    private final Runnable close;

    /** For AWS Lambda. */
    public ApiHandler() {
        this(System.getenv());
    }

    /** For any other host. */
    public ApiHandler(Map<String, String> environment) {
        this(new Wiring(environment));
    }

    private ApiHandler(Wiring wiring) {
        this(wiring.api(), wiring::close);
    }

    /**
     * Serves an API.
     *
     * @param close what is to be done when the environment ends
     */
    public ApiHandler(Api api, Runnable close) {
        this.api = api;
        this.close = close;
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context)
            throws IOException {
        var request = ProxyEvents.read(input, context.getAwsRequestId());
        output.write(ProxyEvents.write(api.answer(request)));
    }

    @Override
    public void close() {
        close.run();
    }
}
