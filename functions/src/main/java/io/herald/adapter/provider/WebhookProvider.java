package io.herald.adapter.provider;

import io.herald.attempt.Outcome;
import io.herald.delivery.Message;
import io.herald.delivery.Provider;
import io.herald.events.WebhookMessage;
import io.herald.notification.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Posts to a user's URL, signed by <a
 * href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 * Webhooks 1.0</a>. Goes to public addresses only, follows no redirect, keeps no cookie and never
 * tries again by itself.
 *
 * <p>Opens no connection before the first message. Connections are kept for a few seconds and
 * looked at before they are used again, so one that died while the function was frozen costs
 * nothing.
 */
public final class WebhookProvider implements Provider<Message.Webhook>, AutoCloseable {

    private static final int MAX_CONNECTIONS = 256;
    private static final int MAX_CONNECTIONS_PER_TARGET = 64;
    private static final int MAX_ANSWER_BYTES = 4_096;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(5);

    private static final String SENDING = "herald.sending";

    private final Clock clock;
    private final CloseableHttpClient client;
    private final Watchdog watchdog = new Watchdog("webhook-deadline");

    /**
     * @param allowed {@code host:port} of targets that may lie anywhere, as their URL has them; the
     *     port also where it is the scheme's own
     */
    public WebhookProvider(Set<String> allowed, Clock clock) {
        this(allowed, clock, InetAddress::getAllByName);
    }

    WebhookProvider(Set<String> allowed, Clock clock, WebhookTargets.Lookup lookup) {
        this.clock = clock;
        var connections =
                PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new WebhookTargets(allowed, lookup, LOOKUP_TIMEOUT))
                        .setMaxConnTotal(MAX_CONNECTIONS)
                        .setMaxConnPerRoute(MAX_CONNECTIONS_PER_TARGET)
                        .setDefaultConnectionConfig(
                                ConnectionConfig.custom()
                                        .setConnectTimeout(timeout(CONNECT_TIMEOUT))
                                        .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                                        .build())
                        .build();
        this.client =
                HttpClients.custom()
                        .setConnectionManager(connections)
                        .setUserAgent("Herald")
                        .setKeepAliveStrategy((_, _) -> TimeValue.of(KEEP_ALIVE))
                        .disableAutomaticRetries()
                        .disableRedirectHandling()
                        .disableCookieManagement()
                        .disableAuthCaching()
                        // Nothing is read of an answer, so nothing is unpacked.
                        .disableContentCompression()
                        // From here on the connection stands, and something may have been sent.
                        .addExecInterceptorAfter(
                                ChainElement.CONNECT.name(),
                                SENDING,
                                (request, scope, chain) -> {
                                    sending(scope.clientContext).set(true);
                                    return chain.proceed(request, scope);
                                })
                        .build();
    }

    @Override
    public Outcome handOver(Message.Webhook message, Duration timeout) {
        var target = target(message.url());
        if (target == null) {
            return notAllowed();
        }
        var request = request(message, target, timeout);
        var context = HttpClientContext.create();
        var sending = new AtomicBoolean();
        context.setAttribute(SENDING, sending);
        try (var _ = watchdog.guard(timeout, request::cancel)) {
            var response = execute(request, context, timeout);
            release(request, response);
            return outcome(response);
        } catch (WebhookTargets.NotAllowedException e) {
            return notAllowed();
        } catch (IOException e) {
            return sending.get()
                    ? new Outcome.Lost(
                            new Reason(
                                    "endpoint_silent",
                                    "The webhook's endpoint gave no answer to what was sent."))
                    : new Outcome.Retryable(
                            new Reason(
                                    "endpoint_unreachable",
                                    "No connection to the webhook's endpoint could be made."),
                            null);
        }
    }

    @Override
    public void close() throws IOException {
        watchdog.close();
        client.close();
    }

    private ClassicHttpResponse execute(
            HttpPost request, HttpClientContext context, Duration timeout) throws IOException {
        try {
            var host = RoutingSupport.determineHost(request);
            return ScopedValue.where(WebhookTargets.TIME_LEFT, timeout)
                    .<ClassicHttpResponse, IOException>call(
                            () -> client.executeOpen(host, request, context));
        } catch (HttpException e) {
            throw new IOException(e);
        }
    }

    private HttpPost request(Message.Webhook message, URI target, Duration timeout) {
        var id = message.notification().toString();
        var body =
                new WebhookMessage(
                                message.content().type(),
                                message.notification().acceptedAt(),
                                message.notification().value(),
                                message.recipient().userId(),
                                message.template(),
                                message.content().body(),
                                message.payload(),
                                message.metadata())
                        .encode();
        long timestamp = clock.instant().getEpochSecond();
        var request = new HttpPost(target);
        request.setHeader("webhook-id", id);
        request.setHeader("webhook-timestamp", timestamp);
        request.setHeader(
                "webhook-signature", WebhookSignature.of(message.secret(), id, timestamp, body));
        request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        request.setConfig(
                RequestConfig.custom()
                        .setConnectionRequestTimeout(timeout(timeout))
                        .setResponseTimeout(timeout(timeout))
                        .setExpectContinueEnabled(false)
                        .build());
        return request;
    }

    /** Where the URL points to; null when it is none that a webhook could go to. */
    private static @Nullable URI target(String url) {
        try {
            var target = new URI(url);
            var scheme = target.getScheme();
            return target.getHost() != null
                            && target.getRawUserInfo() == null
                            && target.getPort() <= 0xffff
                            && target.getPort() != 0
                            && ("https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme))
                    ? target
                    : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private Outcome outcome(ClassicHttpResponse response) {
        int status = response.getCode();
        if (status >= 200 && status < 300) {
            return new Outcome.Delivered(null);
        }
        var wait = retryAfter(response);
        var failed =
                new Reason(
                        "endpoint_failed",
                        "The webhook's endpoint answered with status " + status + ".");
        if (status == 408 || status == 425 || status == 429 || (status == 503 && wait != null)) {
            return new Outcome.Retryable(failed, wait);
        }
        // What stands before the endpoint may have made it of anything, an acceptance included.
        if (status >= 500) {
            return new Outcome.Lost(failed);
        }
        if (status == 410) {
            return new Outcome.Rejected(
                    new Reason("endpoint_gone", "The webhook's endpoint says that it is gone."));
        }
        return new Outcome.Rejected(
                new Reason(
                        "endpoint_refused",
                        "The webhook's endpoint answered with status " + status + "."));
    }

    /** Of the answer only the status counts, so nothing that happens here does. */
    private static void release(HttpPost request, ClassicHttpResponse response) {
        try (response) {
            var entity = response.getEntity();
            // A connection whose answer was read to its end is used again. Closing the response
            // would read the rest of any other, however long.
            if (entity != null
                    && entity.getContent().readNBytes(MAX_ANSWER_BYTES).length
                            == MAX_ANSWER_BYTES) {
                request.cancel();
            }
        } catch (IOException e) {
            request.cancel();
        }
    }

    private @Nullable Duration retryAfter(ClassicHttpResponse response) {
        var header = response.getFirstHeader("Retry-After");
        return header == null ? null : RetryAfter.of(header.getValue(), clock.instant());
    }

    private static Outcome notAllowed() {
        return new Outcome.Rejected(
                new Reason(
                        "target_not_allowed",
                        "The webhook's URL is not http or https to a public address."));
    }

    private static AtomicBoolean sending(HttpClientContext context) {
        return context.getAttribute(SENDING, AtomicBoolean.class);
    }

    private static Timeout timeout(Duration duration) {
        return Timeout.ofMilliseconds(Math.max(1, duration.toMillis()));
    }
}
