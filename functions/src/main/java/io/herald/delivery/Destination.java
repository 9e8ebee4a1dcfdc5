package io.herald.delivery;

import io.herald.notification.TenantId;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where a tenant's messages go. Each tenant has its own, also where several go to one host: what
 * one of them meets there neither stops another's messages nor tells it anything.
 *
 * @param host host and port; empty where all go to the one that the provider has
 */
public record Destination(TenantId tenant, String host) {

    /** The provider's own. */
    public static Destination of(TenantId tenant) {
        return new Destination(tenant, "");
    }

    /** The one of a URL. What can be read of none is refused before it goes anywhere. */
    static Destination of(TenantId tenant, String url) {
        try {
            var target = new URI(url);
            var host = target.getHost();
            if (host == null) {
                return of(tenant);
            }
            int port = target.getPort();
            if (port < 0) {
                port = "http".equalsIgnoreCase(target.getScheme()) ? 80 : 443;
            }
            return new Destination(tenant, host.toLowerCase(Locale.ROOT) + ":" + port);
        } catch (URISyntaxException e) {
            return of(tenant);
        }
    }
}
