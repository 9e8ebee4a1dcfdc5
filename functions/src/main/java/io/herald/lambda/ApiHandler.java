package io.herald.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.herald.api.Api;
import io.herald.api.http.ProxyEvents;
import io.herald.wiring.Wiring;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The HTTP API, behind a proxy integration of API Gateway REST. */
public final class ApiHandler implements RequestStreamHandler, AutoCloseable {
    private final Api api;
    private final @Nullable URI publicUrl;
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
        this(wiring.api(), wiring.publicUrl(), wiring::close);
    }

    /**
     * Serves an API.
     *
     * @param publicUrl where callers reach it, without a slash at its end; null when that is where
     *     API Gateway says
     * @param close what is to be done when the environment ends
     */
    public ApiHandler(Api api, @Nullable URI publicUrl, Runnable close) {
        this.api = api;
        this.publicUrl = publicUrl;
        this.close = close;
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context)
            throws IOException {
        var request = ProxyEvents.read(input, publicUrl, context.getAwsRequestId());
        output.write(ProxyEvents.write(api.answer(request)));
    }

    @Override
    public void close() {
        close.run();
    }
}
