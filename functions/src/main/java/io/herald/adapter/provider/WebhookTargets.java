package io.herald.adapter.provider;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Looks up where a webhook goes, and lets it go to public addresses only. The HTTP client connects
 * to the addresses this returns, so nothing can change between the check and the connection.
 */
final class WebhookTargets implements DnsResolver {

    /** The name, or one of its addresses, is not on the public internet. */
    static final class NotAllowedException extends UnknownHostException {
        private static final long serialVersionUID = 1L;
    }

    /** As {@link InetAddress#getAllByName}; tests stand in for the world's name servers here. */
    interface Lookup {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /** How long the call that wants the look-up may take in all. */
    static final ScopedValue<Duration> TIME_LEFT = ScopedValue.newInstance();

    private final Set<String> allowed;
    private final Lookup lookup;
    private final Duration timeout;

    /**
     * @param allowed {@code host:port} as a URL has them, which may lie anywhere
     * @param timeout of one look-up: the system's own can take half a minute
     */
    WebhookTargets(Set<String> allowed, Lookup lookup, Duration timeout) {
        this.allowed = Set.copyOf(allowed);
        this.lookup = lookup;
        this.timeout = timeout;
    }

    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
        return addresses(host, isAllowed(host, port))
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        // Without a port nothing is excepted.
        return addresses(host, false).toArray(InetAddress[]::new);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    private boolean isAllowed(String host, int port) {
        return allowed.contains(host.toLowerCase(Locale.ROOT) + ":" + port);
    }

    private Stream<InetAddress> addresses(String host, boolean anywhere)
            throws UnknownHostException {
        if (!anywhere && PublicAddresses.isAmbiguousLiteral(host)) {
            throw new NotAllowedException();
        }
        var found = lookUp(host);
        // One address that is not public spoils the name: which one is tried is chance.
        if (!anywhere && !Arrays.stream(found).allMatch(PublicAddresses::isPublic)) {
            throw new NotAllowedException();
        }
        return Arrays.stream(found);
    }

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        var task = new FutureTask<>(() -> lookup.addresses(host));
        Thread.ofVirtual().name("webhook-lookup").start(task);
        var left = TIME_LEFT.orElse(timeout);
        var wait = left.compareTo(timeout) < 0 ? left : timeout;
        try {
            return task.get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new UnknownHostException("the host's name cannot be resolved");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException("interrupted");
        }
    }
}
