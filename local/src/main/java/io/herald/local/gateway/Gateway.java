package io.herald.local.gateway;

import io.herald.local.lambda.Invoker;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API, on loopback: HTTP/1.1 and cleartext HTTP/2 (prior knowledge or upgrade) on one port,
 * each request a Lambda proxy invocation as API Gateway REST makes it.
 *
 * <p>Its own answers are problem documents (RFC 9457): 400 malformed request, 413 body beyond 10 MB
 * or event beyond the invocation's limit, 414, 415 content coding, 429 throttled, 431 headers
 * beyond 10,240 bytes, 502 function error or malformed answer, 503 stopping, 504 no answer in time.
 * Every answer carries {@code x-amzn-RequestId}.
 */
public final class Gateway implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    /** API Gateway's limit on request line and headers together, in bytes. */
    private static final int HEADER_LIMIT = 10_240;

    private final Server server;
    private final ServerConnector connector;

    private Gateway(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Starts to listen.
     *
     * @param functions the function for each path prefix, {@code ""} for the rest; not closed by
     *     the gateway
     * @throws PortTakenException if another process listens on the port
     * @throws IOException if listening fails otherwise
     */
    public static Gateway start(
            GatewaySettings settings,
            ApiResources resources,
            Map<String, Invoker> functions,
            Clock clock)
            throws IOException {
        var threads = new QueuedThreadPool(32, 4);
        threads.setName("gateway");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
        var server = new Server(threads);
        server.setStopTimeout(settings.drain().toMillis());
        server.setErrorHandler(new ProblemErrorHandler());
        server.setHandler(
                new GracefulHandler(
                        new GatewayHandler(
                                resources,
                                new FunctionMounts(functions),
                                settings.timeout(),
                                clock)));
        var http = http();
        var connector =
                new ServerConnector(
                        server,
                        1,
                        1,
                        new HttpConnectionFactory(http),
                        new HTTP2CServerConnectionFactory(http));
        connector.setHost("127.0.0.1");
        connector.setPort(settings.port());
        // Longer than an answer may take.
        connector.setIdleTimeout(settings.timeout().plusSeconds(30).toMillis());
        server.addConnector(connector);
        var gateway = new Gateway(server, connector);
        try {
            server.start();
        } catch (Exception e) {
            gateway.close();
            if (isBindFailure(e)) {
                throw new PortTakenException(settings.port(), e);
            }
            throw new IOException("The gateway cannot listen: " + e.getMessage(), e);
        }
        return gateway;
    }

    /**
     * Says early what a start would say late.
     *
     * @param port 0 is always free
     * @throws PortTakenException if another process listens on the port
     * @throws IOException if it cannot be bound for another reason
     */
    public static void requireFree(int port) throws IOException {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (BindException e) {
            throw new PortTakenException(port, e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Where callers find it, without a trailing slash. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /**
     * Accepts nothing more, waits for the requests in flight as long as the settings say, stops.
     */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.debug("requests were still in flight at the stop", e);
        }
    }

    private static HttpConfiguration http() {
        var http = new HttpConfiguration();
        http.setRequestHeaderSize(HEADER_LIMIT);
        http.setSendServerVersion(false);
        // The path is taken as it was sent and decoded by rules of our own: a userId may hold an
        // encoded slash, which Jetty would refuse as ambiguous.
        http.setUriCompliance(UriCompliance.UNSAFE);
        return http;
    }

    private static boolean isBindFailure(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return true;
            }
        }
        return false;
    }
}
